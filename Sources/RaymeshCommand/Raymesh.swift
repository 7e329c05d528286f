internal import ArgumentParser
internal import CRevision
internal import HTTP
internal import TLS

/// The command line. Each subcommand reads its arguments and calls the target that does the work.
@main
struct Raymesh: AsyncParsableCommand {
  static let version = "0.1.0"
  /// The git revision of the build; empty if it is unknown.
  static let revision = unsafe String(cString: crevision())

  static let configuration = CommandConfiguration(
    commandName: "raymesh",
    abstract: "Makes KubeRay clusters work inside an Istio mesh, without ports and Services written by hand.",
    discussion: """
      The server is an admission webhook. It adds explicit ports and a DNS node address to every RayCluster that is \
      created, and generates the headless Service that lists exactly those ports. The other commands do the same \
      without a cluster.

      Each flag of the server and of planning has an environment variable: --log-level is RAYMESH_LOG_LEVEL. A flag \
      overrides its variable.

      Exit codes: 0 success, 1 rejected or unreadable input (standard error shows the reason), 64 wrong usage. The \
      command doctor also exits with 2 for warnings and 3 for failures.
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
