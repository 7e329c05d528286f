import Testing

@testable import TLS

struct CertificateHostTests {
  @Test(arguments: [
    "localhost", "raymesh.raymesh-system.svc", "*.example.test", "a1.b2", "1.example.test", "xn--bcher-kva.test",
    String(repeating: "a", count: 63) + ".test",
  ])
  func `a DNS name is a name`(text: String) { #expect(CertificateHost(text) == .name(text)) }

  @Test(arguments: ["127.0.0.1", "0.0.0.0", "::", "::1", "2001:db8::7", "::ffff:10.0.0.1"])
  func `an address is an address`(text: String) { #expect(CertificateHost(text) == .address(text)) }

  @Test(arguments: [
    "", ".", "*", "*.", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "a,DNS:b", "a/b", "DNS:a", "bücher.test",
    "*.*.test", "a.*.test", "[::1]", "::1%lo", "127.0.0.1\u{0}", "127.0.0.1/8", "127.0.0.256", "10.0.0", "1234",
    "1.2.3.4.5", "a\n", String(repeating: "a", count: 64), String(repeating: "a.", count: 126) + "ab",
  ])
  func `anything else is neither, a mistyped address too`(text: String) { #expect(CertificateHost(text) == nil) }
}
