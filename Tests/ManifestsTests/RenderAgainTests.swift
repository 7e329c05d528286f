import JSON
import TestSupport
import Testing

@testable import Manifests

/// Manifests that have a cluster's Service already.
struct RenderAgainTests {
  private static func service(_ metadata: String, port: Int = 1) -> String {
    "apiVersion: v1\nkind: Service\nmetadata: {name: ours-headless-svc\(metadata)}\nspec: {ports: [{port: \(port)}]}\n"
  }

  private static let managed = ", labels: {app.kubernetes.io/managed-by: raymesh}"

  private func kinds(_ text: String) throws -> [String?] {
    try Sample.documents(of: text).map { $0["kind"]?.string }
  }

  @Test(arguments: [managed, ", annotations: {raymesh.io/adopt: 'true'}"])
  func `a Service that is Raymesh's, or handed over, makes way for the one that follows the cluster`(
    metadata: String
  ) throws {
    let (old, cluster, other) = (Self.service(metadata), Sample.cluster("ours"), Sample.other("other"))
    let expected = try Sample.render("\(cluster)---\n\(other)")
    #expect(try Sample.render("\(old)---\n\(cluster)---\n\(other)").hasSuffix(expected))
    #expect(try Sample.render("\(cluster)---\n\(old)---\n\(other)") == expected)
    #expect(try Sample.render("\(cluster)---\n\(other)---\n\(old)") == expected)
    for files in [[old, cluster, other], [cluster, old, other], [cluster, other, old]] {
      #expect(try kinds(Sample.rendering(of: files).text) == ["RayCluster", "Service", "ConfigMap"])
    }
  }

  @Test func `what stands around a Service that makes way stays apart`() throws {
    let (old, other) = (Self.service(Self.managed), Sample.other("other"))
    let text = try Sample.render("\(Sample.cluster("ours"))---\n\(old)...\n\(other)")
    #expect(try kinds(text) == ["RayCluster", "Service", "ConfigMap"])
    #expect(try Sample.render(text) == text)
  }

  @Test func `a list without the Service that makes way is still a list`() throws {
    let items =
      "- {apiVersion: v1, kind: Service, metadata: {name: ours-headless-svc\(Self.managed)}}\n- {kind: Last}\n"
    let text = try Sample.render("kind: List\napiVersion: v1\nitems:\n\(items)---\n\(Sample.cluster("ours"))")
    let documents = try Sample.documents(of: text)
    #expect(documents[0]["items"]?.elements?.map { $0["kind"]?.string } == ["Last"])
    #expect(documents.dropFirst().map { $0["kind"]?.string } == ["RayCluster", "Service"])
  }

  @Test(arguments: [
    ("", "elsewhere", managed), (", namespace: elsewhere", "default", managed),
    (", namespace: default", "elsewhere", managed),
  ])
  func `a Service of another namespace stays as it is`(place: String, namespace: String, labels: String) throws {
    let old = Self.service(place + labels)
    let cluster = Sample.cluster("ours", metadata: "  namespace: stated\n")
    let text = try Sample.render("\(old)---\n\(cluster)", namespace: namespace)
    #expect(text.hasPrefix(old))
    #expect(try kinds(text) == ["Service", "RayCluster", "Service"])
  }

  @Test func `a Service beside a cluster that is left alone stays as it is`() throws {
    let metadata = "  annotations: {raymesh.io/inject: \"false\"}\n"
    let text = "\(Sample.cluster("ours", metadata: metadata))---\n\(Self.service(Self.managed))"
    #expect(try Sample.render(text) == text)
  }

  @Test func `a Service of somebody else's is refused, with its place and the way out`() throws {
    let text = "\(Sample.cluster("ours"))---\n# by hand\n\(Self.service(""))"
    let refusal = #expect(throws: RenderRefusal.self) { try Sample.render(text) }
    let lines = Sample.cluster("ours").split(separator: "\n").count
    #expect(
      refusal?.errors.map(\.description) == [
        "a.yaml:\(lines + 3): Service default/ours-headless-svc: found one that Raymesh does not own, expected none of that "
          + "name beside its RayCluster, or the annotation raymesh.io/adopt: \"true\""
      ])
  }
}
