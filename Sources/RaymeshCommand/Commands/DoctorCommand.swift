internal import ArgumentParser
internal import Doctor
internal import Glibc
internal import Transport

/// `raymesh doctor`: reports what keeps Raymesh from working in a cluster, and how to fix it.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Reports what keeps Raymesh from working in a cluster, and how to fix it.",
    discussion: """
      Checks the webhook configuration and its CA, the serving certificate, the Service and its pods, namespaces, \
      RayClusters and their Services, the controller, KubeRay, and strict mutual TLS. Then it creates a RayCluster as \
      a dry run in a managed namespace: it must come back with Raymesh's parameters. The command changes nothing.

      Each finding is ok, a notice, a warning or a failure. It names what was checked, what was found, and the fix. If \
      something cannot be read, a finding names the missing permission. The JSON output is one object: schema, \
      raymesh, server, worst, counts and findings, each with check, severity, subject, found and fix.

      Exit codes: 0 notices at most, 1 the API server cannot be reached, 2 warnings, 3 failures, 64 wrong usage.

      Examples:
        raymesh doctor --kubeconfig ~/.kube/config
        raymesh doctor --kubeconfig ~/.kube/config --namespace ray --output json | jq '.findings[] | select(.fix)'
      """)

  @OptionGroup
  var server: AccessFlags

  @Option(help: ArgumentHelp("A namespace to examine; may be repeated. (default: all)", valueName: "name"))
  var namespace: [String] = []

  @Option(
    help: ArgumentHelp(
      "Raymesh's own namespace. (default: the namespace of the Service that the API server calls)", valueName: "name"))
  var systemNamespace: String?

  @Option(help: ArgumentHelp("The name of the webhook configuration.", valueName: "name"))
  var configuration = "raymesh"

  @Option(help: ArgumentHelp("The name of the Lease.", valueName: "name"))
  var lease = "raymesh"

  @Flag(help: "Do not create a RayCluster as a dry run.")
  var noDryRun = false

  @Option(help: ArgumentHelp("The output format.", valueName: "format"))
  var output = ExplainCommand.Output.text

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  func validate() throws {
    let names = namespace.map { ("namespace", $0) } + [("configuration", configuration), ("lease", lease)]
    let system = systemNamespace.map { [("system-namespace", $0)] } ?? []
    for (flag, name) in names + system where !name.mayNameObject {
      throw ValidationError("--\(flag): found '\(name)', expected a name such as raymesh")
    }
  }

  func run() async throws {
    var settings = Examination.Settings()
    settings.options = try plan.options()
    (settings.configuration, settings.lease) = (configuration, lease)
    (settings.system, settings.namespaces, settings.tries) = (systemNamespace, namespace, !noDryRun)
    let worst = try await report(settings)
    if worst >= .warning { throw ExitCode(worst == .warning ? 2 : 3) }
  }

  private func report(_ settings: Examination.Settings) async throws -> Severity {
    var worst = Severity.ok
    try await refusing {
      let access = try server.access()
      let loops = try EventLoopGroup(count: 1)
      let report = try await withTaskExecutorPreference(loops.first) {
        try await Examination(settings, access: access, on: loops.first).report(at: time(nil))
      }
      switch output {
      case .text: try Files.print(Array(report.text(in: Terminal.style).utf8))
      case .json: try Files.print(report.json(by: Raymesh.version) + [UInt8(ascii: "\n")])
      }
      worst = report.worst
    }
    return worst
  }
}

extension String {
  /// Whether it is a valid object name in Kubernetes (a subdomain of RFC 1123).
  fileprivate var mayNameObject: Bool {
    (1...253).contains(utf8.count) && first != "." && first != "-"
      && allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-" || $0 == ".") }
  }
}
