import Manifests
import TestSupport
import Testing

/// `raymesh render`.
@Suite struct RenderTests {
  @Test(arguments: [[], ["-"], ["FILE"]]) func `manifests are read from a file or from standard input`(
    arguments: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("a:   1\n---\n\(Sample.cluster())".utf8), to: "cluster.yaml")
    let arguments = ["render"] + arguments.map { $0 == "FILE" ? file : $0 }
    let run = try await Raymesh.run(
      arguments, input: arguments.contains(file) ? "" : "a:   1\n---\n\(Sample.cluster())")
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.text.hasPrefix("a:   1\n---\napiVersion: ray.io/v1\nkind: RayCluster\n"))
    #expect(run.text.contains("\n---\napiVersion: v1\nkind: Service\n"))
  }

  @Test func `several files and standard input become one stream`() async throws {
    let folder = try TemporaryFolder()
    let one = try folder.write(Array("one: 1".utf8), to: "one.yaml")
    let two = try folder.write(Array("---\ntwo: 2\n".utf8), to: "two.yaml")
    let run = try await Raymesh.run("render", one, "-", two, input: "piped: true\n")
    #expect(run.status == 0)
    #expect(run.text == "one: 1\n---\npiped: true\n---\ntwo: 2\n")
  }

  @Test func `nothing is printed if anything is refused, and each fault has its line`() async throws {
    let folder = try TemporaryFolder()
    let good = try folder.write(Array(Sample.cluster().utf8), to: "good.yaml")
    let bad = try folder.write(Array("a: 1\n---\n\(Sample.refused)---\nb: [\n".utf8), to: "bad.yaml")
    let run = try await Raymesh.run("render", good, bad, "-", input: Sample.refused)
    #expect(run.status == 1)
    #expect(run.text == "")
    let lines = run.errorText.split(separator: "\n").map(String.init)
    try #require(lines.count == 3, "\(lines)")
    let port = "RayCluster /spec/headGroupSpec/rayStartParams/port: found \"abc\", expected a port from 1 to 65535"
    #expect(lines[0] == "raymesh: \(bad):3: \(port)")
    #expect(lines[1].hasPrefix("raymesh: \(bad):13: not YAML: "), "\(lines)")
    #expect(lines[2] == "raymesh: standard input:1: \(port)")
  }

  @Test func `a file that cannot be read is named, and nothing is printed`() async throws {
    let folder = try TemporaryFolder()
    let run = try await Raymesh.run("render", "-", folder.path("missing.yaml"), input: "a: 1\n")
    #expect(run.status == 1)
    #expect(run.text == "")
    #expect(run.errorText == "raymesh: open \(folder.path("missing.yaml")): No such file or directory\n")
  }

  @Test func `warnings go to standard error, and the exit code is 0`() async throws {
    let ports = "{min-worker-port: '20000', max-worker-port: '29999'}"
    let run = try await Raymesh.run("render", input: Sample.cluster(parameters: ports))
    #expect(run.status == 0)
    let warning = "raymesh: warning: standard input:1: raymesh: worker ports 21000-29999 are above the limit"
    #expect(run.errorText.hasPrefix(warning))
    #expect(run.text.contains("- name: p20999\n") && !run.text.contains("- name: p21000\n"))
  }

  @Test func `the namespace is the one that was asked for if the manifest names none`() async throws {
    let manifests = "\(Sample.cluster("one"))---\n\(Sample.cluster("two", metadata: "  namespace: stated\n"))"
    let run = try await Raymesh.run("render", "--namespace", "asked", input: manifests)
    #expect(run.status == 0)
    #expect(run.text.contains(".one-headless-svc.asked.svc.cluster.local;"))
    #expect(run.text.contains("name: one-headless-svc\n  namespace: asked\n"))
    #expect(run.text.contains("name: two-headless-svc\n  namespace: stated\n"))
  }

  @Test(arguments: ["generateName: ours-\n"]) func `a cluster without a name is refused`(metadata: String) async throws
  {
    let manifest = Sample.cluster().replacing("name: ours\n", with: metadata)
    let run = try await Raymesh.run("render", input: manifest)
    #expect(run.status == 1)
    #expect(run.errorText.hasPrefix("raymesh: standard input:1: RayCluster /metadata/name: found nothing"))
  }

  @Test func `nothing in, nothing out`() async throws {
    let run = try await Raymesh.run("render")
    #expect(run.status == 0)
    #expect(run.text == "")
  }
}
