internal import ArgumentParser
internal import CRevision
internal import HTTP
internal import TLS

/// The command line: each subcommand reads its arguments and hands over to the target that knows.
@main
struct Raymesh: AsyncParsableCommand {
  static let version = "0.1.0"
  /// The git revision that it was built from, empty where the build was not told.
  static let revision = unsafe String(cString: crevision())

  static let configuration = CommandConfiguration(
    commandName: "raymesh",
    abstract: "Makes KubeRay clusters work inside an Istio mesh, without ports and Services written by hand.",
    discussion: """
      As a server, raymesh is an admission webhook: it adds explicit ports and a DNS node address to every RayCluster \
      that is created, and generates the headless Service that lists exactly those ports. The other commands do the \
      same without a cluster.

      Every flag of the server and of planning can be given as an environment variable instead: --log-level is \
      RAYMESH_LOG_LEVEL. A flag wins.

      Exit codes: 0 answered, 1 refused or unreadable (standard error says why), 64 wrong usage; doctor has 2 for \
      warnings and 3 for failures besides.
      """,
    version:
      "raymesh \(version)\(revision.isEmpty ? "" : " (\(revision))") (OpenSSL \(OpenSSL.version), nghttp2 \(NGHTTP2.version))",
    subcommands: [
      ServeCommand.self, ControlCommand.self, RenderCommand.self, ExplainCommand.self, ReviewCommand.self,
      AskCommand.self, DoctorCommand.self, CertificatesCommand.self,
    ])

  static func main() async {
    StandardStreams.reserve()
    OpenSSL.outliveExit()
    await main(nil)
  }
}
