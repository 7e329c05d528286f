internal import Admission
public import ArgumentParser
internal import HTTP
internal import JSON
internal import Manifests
internal import RayPlan
internal import TLS
public import Transport
internal import Webhook

/// `raymesh ask`: asks a running server what it would do to a RayCluster, as an API server would.
struct AskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Asks a running server what it would do to a RayCluster.",
    discussion: """
      Sends the AdmissionReview that an API server would send if the RayCluster were created as a dry run, and then \
      requests the cluster's Service. Prints the patch and the Service as YAML. The server's certificate is verified \
      with the given CA and the server's name.

      Example: the first test after an installation, through a forwarded port
        kubectl -n raymesh-system port-forward service/raymesh 9443:443 &
        raymesh ask cluster.yaml --server localhost:9443 --authority certs/ca.crt \\
          --server-name raymesh.raymesh-system.svc
      """)

  @Argument(
    help: "A file with one RayCluster as YAML or JSON; standard input if it is - or missing.", completion: .file())
  var file = "-"

  @Option(help: ArgumentHelp("Where the server listens.", valueName: "host:port"))
  var server = Endpoint(host: "localhost", port: 9443)

  @Option(
    help: ArgumentHelp("The name that the server's certificate must have. (default: the host)", valueName: "name"))
  var serverName: String?

  @Option(
    help: ArgumentHelp("The trusted CA certificates, as PEM.", valueName: "file"), completion: .file())
  var authority: String

  @Option(help: ArgumentHelp("The namespace of a cluster without one in its manifest.", valueName: "name"))
  var namespace = "default"

  @Option(help: ArgumentHelp("How long to wait for the server to listen, 0 to 600.", valueName: "seconds"))
  var wait = 10

  func validate() throws {
    guard (0...600).contains(wait) else {
      throw ValidationError("--wait: found '\(wait)', expected a number from 0 to 600")
    }
  }

  func run() async throws {
    try await refusing {
      let cluster = try YAMLDocument(Files.read(file), named: file).value.placed(in: namespace)
      let loops = try EventLoopGroup(count: 1)
      let answers = try await withTaskExecutorPreference(loops.first) { try await ask(about: cluster, on: loops.first) }
      try Files.print(Array(answers.utf8))
    }
  }

  private func ask(about cluster: JSONValue, on loop: EventLoop) async throws -> String {
    let client = try await connect(on: loop)
    let response = try await client.create(
      cluster, namespace: cluster["metadata"]?["namespace"]?.string ?? namespace)
    for warning in response.warnings { Files.tell("warning: \(warning)") }
    guard response.isAllowed else { throw CommandError("denied: \(response.message ?? "no reason given")") }
    let patch = try YAMLDocument(JSONValue(JSONDocument(response.patch.bytes).root)).text
    let service = YAMLDocument(try await client.service(of: cluster)).text
    return "# The patch: \(response.patch.count) operations\n\(patch)---\n# The Service\n\(service)"
  }

  /// Connects to the server. It retries until the server listens or the time is over.
  private func connect(on loop: EventLoop) async throws -> WebhookClient {
    let trust = try TLSContext(
      trusting: Certificate.all(in: Files.read(authority), named: authority), protocols: HTTPClient.protocols)
    let end = Instant.now + .seconds(wait)
    while true {
      do throws(WebhookError) {
        return try await WebhookClient.connect(
          to: server, tls: trust, serverName: serverName, on: loop, until: .now + AskCommand.patience)
      } catch {
        guard error.mayPass, .now < end else { throw error }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// The time limit for one connection.
  private static let patience = Duration.seconds(10)
}

extension JSONValue {
  /// Returns the object with the given namespace, unless it already has one.
  fileprivate func placed(in namespace: String) -> JSONValue {
    guard case .object(var object) = self, case .object(var metadata) = object["metadata"],
      metadata["namespace"]?.string ?? "" == ""
    else { return self }
    metadata["namespace"] = .string(namespace)
    object["metadata"] = .object(metadata)
    return .object(object)
  }
}

extension Endpoint: ExpressibleByArgument {
  /// Reads `host:port`.
  public init?(argument: String) { self.init(argument) }
}
