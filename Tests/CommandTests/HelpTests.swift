import TestSupport
import Testing

/// What the commands say about themselves, and to those who use them wrongly.
@Suite struct HelpTests {
  static let plan = ["--cluster-domain", "--node-address-wait", "--maximum-ports"]

  /// A command and its flags.
  static let pages: [(command: String, flags: [String])] = [
    (
      "serve",
      plan + [
        "--listen", "--tls-certificate", "--tls-key", "--admin-listen", "--threads", "--log-level", "--log-format",
      ]
    ),
    ("render", plan + ["<files>", "--namespace"]),
    ("explain", plan + ["<files>", "--output", "--namespace"]),
    ("review", plan + ["<file>"]),
    ("ask", ["<file>", "--server", "--server-name", "--authority", "--namespace", "--wait"]),
    (
      "doctor",
      plan + [
        "--kubeconfig", "--context", "--namespace", "--system-namespace", "--configuration", "--lease", "--no-dry-run",
        "--output",
      ]
    ),
    ("certificates", ["--host", "--directory", "--days"]),
  ]

  @Test(arguments: pages) func `a command's page names its flags and has an example`(
    command: String, flags: [String]
  ) async throws {
    for arguments in [[command, "--help"], ["help", command], [command, "-h"]] {
      let run = try await Raymesh.run(arguments)
      #expect(run.status == 0)
      #expect(run.errorText == "")
      for flag in flags { #expect(run.text.contains("\n  \(flag) "), "\(flag)") }
      #expect(run.text.contains("Example"))
      #expect(run.text.contains("\n  raymesh \(command) "))
    }
  }

  @Test(arguments: [[], ["--help"], ["help"]]) func `the first page names every command`(arguments: [String])
    async throws
  {
    let run = try await Raymesh.run(arguments)
    #expect(run.status == 0)
    for (command, _) in HelpTests.pages { #expect(run.text.contains("\n  \(command) "), "\(command)") }
    #expect(run.text.contains("Exit codes: 0 success, 1 rejected or unreadable input"))
  }

  @Test func `the version names the libraries too`() async throws {
    let run = try await Raymesh.run("--version")
    #expect(run.status == 0)
    let libraries = /OpenSSL 3\.[\d.]+, nghttp2 1\.[\d.]+/
    let revision = /( \([0-9a-f]{7,}(-modified)?\))?/
    let parts = try #require(run.text.wholeMatch(of: /raymesh \d+\.\d+\.\d+(.*) \((.*)\)\n/), "\(run.text)")
    #expect(try revision.wholeMatch(in: parts.1) != nil && libraries.wholeMatch(in: parts.2) != nil, "\(run.text)")
  }

  /// Arguments, and what standard error must say about them.
  @Test(arguments: [
    (["bogus"], "bogus"),
    (["serve"], "--tls-certificate: found nothing, expected a file (or RAYMESH_TLS_CERTIFICATE)"),
    (["serve", "--tls-certificate", "a"], "--tls-key: found nothing, expected a file (or RAYMESH_TLS_KEY)"),
    (["serve", "--bogus"], "--bogus"),
    (["review", "a", "b"], "b"),
    (["review", "--maximum-ports", "49"], "--maximum-ports: found '49', expected a number from 50 to 65535"),
    (["review", "--maximum-ports"], "--maximum-ports"),
    (["render", "--node-address-wait", "-1"], "--node-address-wait"),
    (["render", "--node-address-wait", "3601"], "--node-address-wait: found '3601', expected a number from 0 to 3600"),
    (["render", "--node-address-wait=1.5"], "--node-address-wait: found '1.5', expected a number from 0 to 3600"),
    (
      ["render", "--cluster-domain", "a_b"], "--cluster-domain: found 'a_b', expected a DNS name, such as cluster.local"
    ),
    (["render", "--cluster-domain", ""], "--cluster-domain: found '', expected a DNS name, such as cluster.local"),
    (["ask"], "--authority"),
    (["ask", "--authority", "a", "--server", "nowhere"], "--server"),
    (["ask", "--authority", "a", "--wait", "601"], "--wait: found '601', expected a number from 0 to 600"),
    (["certificates"], "--host"),
    (["certificates", "--host", "a"], "--directory"),
    (
      ["certificates", "--host", "a", "--directory", "b", "--days", "0"],
      "--days: found '0', expected a number from 1 to 3650"
    ),
  ])
  func `wrong usage is exit code 64 and says what is wrong`(arguments: [String], words: String) async throws {
    let run = try await Raymesh.run(arguments)
    #expect(run.status == 64)
    #expect(run.text == "")
    #expect(run.errorText.contains(words), "\(run.errorText)")
    #expect(run.errorText.contains("Usage: raymesh"))
  }
}
