import Testing

@testable import HTTP

/// The line before a chunk, by the grammar of RFC 9112 section 7.1.1.
struct ChunkHeadTests {
  private static func head(_ line: String) throws -> ChunkHead { try ChunkHead(Array(line.utf8)[...]) }

  @Test(arguments: [
    "1f", "1F;a", "1f;a=b", "1f ; a = b", "1f\t;\ta\t=\tb", "1f;a;b;c", "1f;a=\"\"", "1f;a=\"b;c=d\"",
    "1f;a=\"\\\"\\\\\"", "1f;a=\"\t é\"", "1f;!#$%&'*+-.^_`|~=1", "1f;a=\"b\" ; c",
  ])
  func `valid extensions are ignored`(line: String) throws {
    #expect(try Self.head(line).size == 31)
  }

  @Test(arguments: [
    "1f;", "1f;;a", "1f ", "1f;a ", "1f;a=", "1f;a==b", "1f;=b", "1f;a=\"", "1f;a=\"b", "1f;a=\"b\\", "1f;a=\"b\"c",
    "1f;a=b\"c\"", "1f;a b", "1f a", "1f;a=\"\u{7F}\"", "1f;a=\"\u{0}\"", "1f;a=\"\\\u{1}\"", "1f;é", "1f,a", "1f;a={}",
  ])
  func `anything else is malformed`(line: String) {
    #expect(throws: WireError.self) { try Self.head(line) }
  }

  @Test func `all extensions of a body have one limit`() throws {
    var body: [UInt8] = []
    var chunks = ChunkedBody()
    var input = ReadBuffer()
    let chunk = Array("1;\(String(repeating: "x", count: 1000))\r\na\r\n".utf8)
    for _ in 0..<16 {
      input.bytes += chunk
      #expect(try !chunks.read(&input, into: &body, limits: HTTPLimits()))
    }
    input.bytes += chunk
    #expect(throws: WireError.malformed("chunk extensions of more than 16384 bytes")) {
      try chunks.read(&input, into: &body, limits: HTTPLimits())
    }
    #expect(body.count == 16)
  }
}
