internal import ArgumentParser
internal import Manifests
internal import RayPlan

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
