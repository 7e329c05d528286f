internal import ArgumentParser
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
