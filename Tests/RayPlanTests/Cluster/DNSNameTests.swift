import Testing

@testable import RayPlan

@Suite struct DNSNameTests {
  private static let longest = String(repeating: "a", count: 63)

  @Test(arguments: ["a", "a1", "a-b", "a--b", longest])
  func `a Service's name is a label of RFC 1035`(name: String) {
    #expect(DNSName.isServiceName(name) && DNSName.isLabel(name))
  }

  @Test(arguments: ["1", "1a", "0-9"])
  func `a label of RFC 1123 may begin with a digit, a Service's name may not`(name: String) {
    #expect(DNSName.isLabel(name) && !DNSName.isServiceName(name))
  }

  @Test(arguments: [
    "", "-", "-a", "a-", "A", "a.b", "a_b", "a b", "é", "ａ", "a\n", "a\u{301}", "$(id)", "a;b", "\(longest)a",
  ])
  func `anything else is neither`(name: String) {
    #expect(!DNSName.isLabel(name) && !DNSName.isServiceName(name))
  }

  @Test(arguments: ["cluster.local", "local", "1.2.3.4", "\(longest).\(longest).\(longest).\(longest.dropLast(2))"])
  func `a domain is labels with dots between them`(name: String) {
    #expect(DNSName.isDomain(name))
  }

  @Test(arguments: [
    "", ".", "cluster.local.", ".local", "a..b", "a.-b", "A.b", "\(longest)a.b",
    "\(longest).\(longest).\(longest).\(longest)",
  ])
  func `a dot at either end, an empty label and a long one make no domain`(name: String) {
    #expect(!DNSName.isDomain(name))
  }
}
