internal import Admission
internal import ArgumentParser
internal import JSON
internal import Manifests
internal import RayPlan

/// `raymesh render`: renders manifests as they would be after the webhook and the controller.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Renders manifests: RayClusters patched, each followed by its Service.",
    discussion: """
      Reads YAML with any number of documents and prints it again. Each RayCluster is patched as by the webhook, and \
      its headless Service follows it, in a List as its next item. All other documents are copied byte for byte. A \
      patched document keeps its order and quotes, but only the comments at its top.

      Rendering the output again changes nothing: if the input already contains a cluster's Service, it is replaced. A \
      Service of that name that Raymesh does not own is an error, unless it has the annotation \
      raymesh.io/adopt: "true".

      The namespace is part of a pod's DNS name, so it must be the namespace that the cluster is applied to. If a \
      cluster is rejected, nothing is printed, standard error lists each error, and the exit code is 1.

      Examples:
        raymesh render cluster.yaml | kubectl apply --server-side -f -
        kustomize build . | raymesh render --namespace ray - > rendered.yaml
      """)

  @Argument(help: "Files with manifests; standard input if it is - or missing.", completion: .file())
  var files: [String] = ["-"]

  @Option(help: ArgumentHelp("The namespace of clusters without one in their manifest.", valueName: "name"))
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

/// `raymesh explain`: explains what Raymesh would do to a cluster, and why.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains every port: who set it, why, and what is left out.",
    discussion: """
      Reads YAML with any number of documents and explains what Raymesh would do to each RayCluster, also in a List, \
      if it were created now. The output starts with a table of the Service's ports:

        PORT, NAME   as in the Service; worker ports are one line
        SPEAKS       the protocol in the Service; - if it has none
        GROUPS       the nodes that use the port
        SET BY       user, Raymesh, both (one end of a range each), Ray or KubeRay
        WHY          why the port has this number, or what already uses the usual one

      The node address of each group, what is left out and why, and the warnings follow. If Raymesh leaves a cluster \
      unchanged, the output gives the reason. In a patched cluster, everything that the annotation \
      raymesh.io/managed lists counts as set by Raymesh.

      If a cluster would be rejected, standard error lists each error with its file and line, the other clusters are \
      explained, and the exit code is 1. It is also 1 if there is no RayCluster. The JSON output is an array of all \
      clusters, including rejected ones. Text has colors on a terminal, unless NO_COLOR is set.

      Examples:
        raymesh explain cluster.yaml
        kubectl -n ray get raycluster demo -o yaml | raymesh explain
        raymesh explain --output json cluster.yaml | jq '.[].warnings'
      """)

  @Argument(help: "Files with manifests; standard input if it is - or missing.", completion: .file())
  var files: [String] = ["-"]

  @Option(help: ArgumentHelp("The output format.", valueName: "format"))
  var output = Output.text

  @Option(help: ArgumentHelp("The namespace of clusters without one in their manifest.", valueName: "name"))
  var namespace = "default"

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  /// The output format of an explanation.
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

/// `raymesh review`: answers one AdmissionReview as the server would.
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Answers one AdmissionReview, as the server would.",
    discussion: """
      Reads the AdmissionReview of an API server and prints the response. A denial is a valid response, so the exit \
      code is 0.

      Example: the response to a review
        raymesh review review.json | python3 -m json.tool
      """)

  @Argument(help: "A file with the AdmissionReview as JSON; standard input if it is - or missing.", completion: .file())
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
  /// Parses a file. A repeated key is rejected, because the parser would take the first value, and others the last.
  convenience init(file: String) throws {
    let bytes = try Files.read(file)
    do { try self.init(bytes) } catch { throw CommandError("\(file): \(error)") }
    if let place = root.repeatedKey { throw CommandError("\(file): \(place): found twice, expected once") }
  }
}
