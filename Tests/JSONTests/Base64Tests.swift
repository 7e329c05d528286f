import Foundation
import JSON
import Testing

@Suite struct Base64Tests {
  @Test(arguments: 0...50)
  func `whatever its length, a text in base64 is what Foundation makes of it`(length: Int) {
    let value = JSONValue.string(
      String(repeating: "~é\u{10FFFF}?", count: length) + String(repeating: "x", count: length))
    var writer = JSONWriter()
    writer.base64 { $0.value(value) }
    let text = Data(JSONWriter.bytes(of: value)).base64EncodedString()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\(text)\"")
  }
}
