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
