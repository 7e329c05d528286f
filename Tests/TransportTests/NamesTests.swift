import Testing

@testable import Transport

struct EndpointTests {
  @Test(arguments: [
    ("[::]:9443", "::", UInt16(9443)), ("127.0.0.1:0", "127.0.0.1", 0), ("localhost:65535", "localhost", 65535),
    (":9443", "", 9443), ("[::1]:80", "::1", 80), ("[fe80::1%eth0]:80", "fe80::1%eth0", 80),
    ("a.b-c.test:1", "a.b-c.test", 1),
  ])
  func `host and port are read, and written as they were`(text: String, host: String, port: UInt16) {
    #expect(Endpoint(text) == Endpoint(host: host, port: port))
    #expect(Endpoint(text)?.description == text)
  }

  @Test(arguments: [
    "", ":", "localhost", "localhost:", "localhost:http", "localhost:-1", "localhost:+80", "localhost:65536",
    "localhost: 80", "localhost:80 ", "::1:80", "[::1]", "[::1]80", "[::1:80", "::1]:80", "[localhost]:80",
    "[]:80", "[[::1]]:80", "[::1]x:80", "a b:80", "a:b:80", "\n:80", "localhost:٨٠",
  ])
  func `anything else is none`(text: String) { #expect(Endpoint(text) == nil) }
}

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

struct ProcessorsTests {
  @Test(arguments: [
    ("100000 100000", 1), ("200000 100000", 2), ("150000 100000", 2), ("100001 100000", 2), ("99999 100000", 1),
    ("1000 100000", 1), ("1 1", 1), ("9223372036854775807 1", Int.max),
  ])
  func `a quota is whole processors, rounded up`(text: String, count: Int) {
    #expect(Processors.quota(version2: text) == count)
  }

  @Test(arguments: [
    "max 100000", "-1 100000", "0 100000", "100000 0", "100000 -1", "", " ", "100000", "100000 100000 1", "x y",
    "9223372036854775808 100000",
  ])
  func `no quota is no limit`(text: String) { #expect(Processors.quota(version2: text) == nil) }

  @Test func `there is always one to run on`() { #expect(Processors.available >= 1) }
}
