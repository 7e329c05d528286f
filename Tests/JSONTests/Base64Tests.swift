import Foundation
import JSON
import Testing

@Suite struct Base64Tests {
  @Test(arguments: 0...50)
  func `whatever its length, a text in base64 is what Foundation makes of it`(length: Int) {
    let data = Array((String(repeating: "~é\u{10FFFF}?", count: length) + String(repeating: "x", count: length)).utf8)
    var writer = JSONWriter()
    writer.base64(data)
    let text = Data(data).base64EncodedString()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\(text)\"")
  }

  @Test(arguments: 0...3)
  func `any bytes in base64 are what Foundation makes of them`(start: Int) {
    let data = (start..<4096).map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37) >> 4) }
    var writer = JSONWriter()
    writer.base64(data)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\(Data(data).base64EncodedString())\"")
  }

  @Test(arguments: 0...50)
  func `bytes come back from their text`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37) >> 4) }
    let text = Base64.text(bytes)
    #expect(text == Data(bytes).base64EncodedString())
    #expect(Base64.bytes(text) == bytes)
    #expect(Base64.bytes("\(text.prefix(7))\r\n\(text.dropFirst(7))\n") == bytes)
  }

  @Test(arguments: ["A", "AA", "AAA", "AA=", "=", "====", "AA==AAAA", "A===", "AAA AA==", "AA-_", "AA\u{e9}", "AAAA\t"])
  func `a text that is not base64 has no bytes`(text: String) { #expect(Base64.bytes(text) == nil) }
}
