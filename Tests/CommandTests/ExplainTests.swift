import Foundation
import JSON
import TestSupport
import Testing

/// `raymesh explain`.
@Suite struct ExplainTests {
  private static let fixtures = Fixture.folder.appending(path: "explain")

  @Test(arguments: [[], ["-"], ["FILE"]]) func `a cluster is read from a file or from standard input`(
    arguments: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(Sample.cluster().utf8), to: "cluster.yaml")
    let arguments = ["explain"] + arguments.map { $0 == "FILE" ? file : $0 }
    let isFile = arguments.contains(file)
    let run = try await Raymesh.run(arguments, input: isFile ? "" : Sample.cluster())
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.text.hasPrefix("RayCluster ours in namespace default (\(isFile ? file : "standard input"):1)\n"))
    #expect(run.text.contains("\nService  ours-headless-svc\n"))
    #expect(
      run.text.contains("\n6380         node-manager-port            grpc    head    Raymesh  the usual number\n"))
  }

  @Test func `JSON has the same facts, in one line`() async throws {
    let run = try await Raymesh.run("explain", "--output", "json", Sample.cluster)
    #expect(run.status == 0)
    #expect(run.output.count { $0 == UInt8(ascii: "\n") } == 1 && run.output.last == UInt8(ascii: "\n"))
    let cluster = try #require(JSONValue(parsing: run.text).elements?.first)
    #expect(cluster["name"] == "plain" && cluster["service"]?["name"] == "plain-headless-svc")
    let rendered = try await Raymesh.run("render", Sample.cluster)
    let ports = cluster["ports"]?.elements?.reduce(0) { $0 + $1.width }
    #expect(ports == rendered.text.matches(of: /\n    protocol: TCP/).count)
  }

  @Test func `if a cluster would be refused the others are explained, and the exit code is 1`() async throws {
    let file = ExplainTests.fixtures.appending(path: "refused.yaml").path
    let run = try await Raymesh.run("explain", file)
    #expect(run.status == 1)
    #expect(run.text.matches(of: /RayCluster (?:first|last) in namespace/).count == 2)
    #expect(!run.text.contains("RayCluster refused"))
    let faults = run.errorText.split(separator: "\n").sorted()
    let place = "raymesh: \(file):11: RayCluster at /items/1 /spec/headGroupSpec/rayStartParams"
    #expect(
      faults == [
        "\(place)/dashboard-port: found \"-1\", expected a port from 1 to 65535",
        "\(place)/port: found \"abc\", expected a port from 1 to 65535",
      ])
    let json = try await Raymesh.run("explain", "--output=json", file)
    #expect(json.status == 1 && json.errorText == run.errorText)
    #expect(try JSONValue(parsing: json.text).elements?.map { $0["outcome"] } == ["planned", "refused", "planned"])
  }

  @Test func `an untouched cluster says why, and the exit code is 0`() async throws {
    let run = try await Raymesh.run("explain", ExplainTests.fixtures.appending(path: "untouched.yaml").path)
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.text.split(separator: "\n").count { $0.hasPrefix("Left unchanged: ") } == 4)
  }

  @Test(arguments: [
    ("", "found no RayCluster"), ("a: 1\n", "found no RayCluster"), ("a: [", "standard input:2: not YAML"),
  ])
  func `what has no RayCluster has nothing to explain`(input: String, words: String) async throws {
    for format in ["text", "json"] {
      let run = try await Raymesh.run(["explain", "--output", format], input: input)
      #expect(run.status == 1)
      #expect(run.text == (format == "json" ? "[]\n" : ""))
      #expect(run.errorText.hasPrefix("raymesh: \(words)"), "\(run.errorText)")
    }
  }

  @Test func `the namespace and the planning flags are those of render`() async throws {
    let run = try await Raymesh.run(
      ["explain", "--namespace", "asked", "--cluster-domain", "example.org", "--node-address-wait", "0"],
      input: Sample.cluster(), environment: ["RAYMESH_MAXIMUM_PORTS": "50"])
    #expect(run.status == 0)
    #expect(run.text.contains(".ours-headless-svc.asked.svc.example.org\n"))
    #expect(run.text.contains("--maximum-ports 50"))
  }

  @Test func `an output that is neither text nor JSON is wrong usage`() async throws {
    let run = try await Raymesh.run("explain", "--output", "yaml", Sample.cluster)
    #expect(run.status == 64)
    #expect(run.text == "" && run.errorText.contains("yaml"))
  }

  @Test(arguments: [[:], ["TERM": "xterm-256color", "COLORTERM": "truecolor"]])
  func `no escape code is written to a pipe or a file`(environment: [String: String]) async throws {
    for name in ["guide", "refused", "untouched"] {
      let file = ExplainTests.fixtures.appending(path: "\(name).yaml").path
      let run = try await Raymesh.run(["explain", file], environment: environment)
      #expect(!run.output.contains(0x1B) && !run.errors.contains(0x1B))
      let piped = try await Subprocess.run(["sh", "-c", "\"$1\" explain \"$2\" 2>&1 | cat", "sh", Raymesh.path, file])
      #expect(!piped.output.contains(0x1B) && !piped.output.isEmpty)
    }
  }

  /// The variables that describe a terminal, and whether the text that is written to it has colors.
  @Test(
    arguments: [
      (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": ""], true),
      (["TERM": "xterm", "NO_COLOR": "1"], false),
      (["TERM": "dumb"], false),
    ] as [([String: JSONValue], Bool)])
  func `a terminal gets colors, unless it has none or the user wants none`(
    environment: [String: JSONValue], isColoured: Bool
  ) async throws {
    var variables = JSONObject()
    for (name, value) in environment { variables[name] = value }
    let given: JSONValue = [
      "command": [.string(Raymesh.path), "explain", .string(Sample.cluster)], "environment": .object(variables),
    ]
    let text = try await Python.answer(to: given, by: ExplainTests.onTerminal).string ?? ""
    let plain = try await Raymesh.run("explain", Sample.cluster).text
    #expect(text.contains("\u{1B}[") == isColoured)
    #expect(text.replacing(/\u{1B}\[[0-9]*m/, with: "").replacing("\r\n", with: "\n") == plain)
  }

  /// Runs a command on a pseudo-terminal.
  private static let onTerminal = """
    import os, pty
    child, terminal = pty.fork()
    if child == 0:
      environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
      os.execve(given["command"][0], given["command"], environment | given["environment"])
    answer = ""
    while True:
      try:
        piece = os.read(terminal, 65536)
      except OSError:
        break
      if not piece:
        break
      answer += piece.decode()
    os.waitpid(child, 0)
    """
}

extension JSONValue {
  /// How many ports an entry stands for.
  fileprivate var width: Int {
    guard case .integer(let first)? = self["port"] else { return 0 }
    guard case .integer(let last)? = self["endPort"] else { return 1 }
    return Int(last - first) + 1
  }
}
