internal import Admission
internal import ArgumentParser
internal import JSON
internal import Manifests
internal import RayPlan

/// `raymesh render`: manifests in, manifests out, as they would be once the webhook and the companion had seen them.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Renders manifests: RayClusters patched, each followed by its Service.",
    discussion: """
      Reads YAML with any number of documents and prints it again. Each RayCluster is patched as the webhook would \
      patch it, and its headless Service follows; in a List, inside the List. Every other document is copied byte for \
      byte. A patched document keeps its order and quotes, but of its comments only those at the top.

      What has been rendered is rendered to itself: where a cluster's Service is among the manifests already, the one \
      that follows the cluster takes its place. One of that name that is not Raymesh's is a fault, unless it is \
      annotated raymesh.io/adopt: "true".

      The namespace is part of a pod's DNS name, so it must be the one that the cluster is applied to. Where any \
      cluster is refused nothing is printed, standard error names each fault, and the exit code is 1.

      Examples:
        raymesh render cluster.yaml | kubectl apply --server-side -f -
        kustomize build . | raymesh render --namespace ray - > rendered.yaml
      """)

  @Argument(help: "Files with manifests; - or nothing for standard input.", completion: .file())
  var files: [String] = ["-"]

  @Option(help: ArgumentHelp("The namespace of clusters whose manifest names none.", valueName: "name"))
  var namespace = "default"

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  func run() throws {
    let renderer = ManifestRenderer(options: try plan.options(), namespace: namespace)
    try refusing {
      let rendering = try renderer.render(files.map { (name: $0, bytes: try Files.read($0)) })
      for warning in rendering.warnings { Files.tell("warning: \(warning)") }
      try Files.print(Array(rendering.text.utf8))
    }
  }
}

/// `raymesh explain`: what a person reads before trusting Raymesh with a cluster.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains every port: who set it, why so, and what is left out.",
    discussion: """
      Reads YAML with any number of documents and says of each RayCluster, in a List too, what Raymesh would make \
      of it if it were created now. First comes a table of the Service's ports:

        PORT, NAME   as the Service has them; worker ports in one line
        SPEAKS       the protocol that the Service says; - where it says none
        GROUPS       on which nodes the port is used
        SET BY       user, Raymesh, both (each an end of a range), Ray or KubeRay
        WHY          where the number comes from, or who is in the usual one's place

      Then the address that each group's nodes are known by, what is left out and why, and the warnings. A cluster \
      that Raymesh leaves as it is says why. Of a cluster that is patched already, what its annotation \
      raymesh.io/managed names is Raymesh's.

      Where a cluster would be refused, standard error names each fault with its file and line, the others are \
      explained all the same, and the exit code is 1. It is 1 too where there is no RayCluster. The JSON is an array \
      of all clusters, those that are refused among them. Text has colours on a terminal, unless NO_COLOR is set.

      Examples:
        raymesh explain cluster.yaml
        kubectl -n ray get raycluster demo -o yaml | raymesh explain
        raymesh explain --output json cluster.yaml | jq '.[].warnings'
      """)

  @Argument(help: "Files with manifests; - or nothing for standard input.", completion: .file())
  var files: [String] = ["-"]

  @Option(help: ArgumentHelp("What to print.", valueName: "format"))
  var output = Output.text

  @Option(help: ArgumentHelp("The namespace of clusters whose manifest names none.", valueName: "name"))
  var namespace = "default"

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  /// How an explanation is printed.
  enum Output: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  func run() throws {
    let explainer = ManifestExplainer(options: try plan.options(), namespace: namespace)
    try refusing {
      let explanation = explainer.explain(try files.map { (name: $0, bytes: try Files.read($0)) })
      switch output {
      case .text: try Files.print(Array(explanation.text(in: Terminal.style).utf8))
      case .json: try Files.print(explanation.json + [UInt8(ascii: "\n")])
      }
      if explanation.isEmpty { throw CommandError("found no RayCluster, expected at least one") }
      let errors = explanation.errors.map(\.description)
      guard errors.isEmpty else { throw CommandError(errors.joined(separator: "\n")) }
    }
  }
}

/// `raymesh review`: one AdmissionReview in, the reply out, as the server would give it.
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Answers one AdmissionReview, as the server would.",
    discussion: """
      Reads the AdmissionReview that an API server sent, or would send, and prints the reply. A denial is an answer \
      too, so its exit code is 0.

      Example: what the server says to a review
        raymesh review review.json | python3 -m json.tool
      """)

  @Argument(help: "A file with the AdmissionReview as JSON; - or nothing for standard input.", completion: .file())
  var file = "-"

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  func run() throws {
    let reviewer = Reviewer(options: try plan.options())
    try refusing {
      let document = try JSONDocument(file: file)
      do { try Files.print(reviewer.review(document).bytes + [UInt8(ascii: "\n")]) } catch let error as MalformedReview
      {
        throw CommandError("\(file): \(error)")
      }
    }
  }
}

extension JSONDocument {
  /// What a file holds. Of a repeated key the parser would take the first and others the last, so it is refused.
  convenience init(file: String) throws {
    let bytes = try Files.read(file)
    do { try self.init(bytes) } catch { throw CommandError("\(file): \(error)") }
    if let place = root.repeatedKey { throw CommandError("\(file): \(place): found twice, expected once") }
  }
}
