internal import Foundation

/// A response as it stood on the wire, read by a reader that shares nothing with the one under test.
public struct WireResponse: Hashable, Sendable {
  /// The status code.
  public let status: Int
  /// The fields by lower-case name.
  public let fields: [String: String]
  /// The body, as long as `Content-Length` says.
  public let body: [UInt8]

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// What is wrong with bytes that should be a response.
  public struct Fault: Error, CustomStringConvertible {
    /// One line for a person.
    public let description: String
  }

  /// Takes a response from the front of `bytes`; `nil` if it is not whole yet.
  ///
  /// - Parameter hasBody: false for the answer to a HEAD.
  public static func take(from bytes: inout [UInt8], hasBody: Bool = true) throws -> WireResponse? {
    guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    var lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let status = try code(of: lines.removeFirst())
    var fields: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstRange(of: ": ") else { throw Fault(description: "no field: \(line)") }
      let name = line[..<colon.lowerBound].lowercased()
      guard fields.updateValue(String(line[colon.upperBound...]), forKey: name) == nil else {
        throw Fault(description: "\(name) twice")
      }
    }
    let length = fields["content-length"].flatMap { Int($0) }
    guard let length = hasBody && status >= 200 && status != 204 ? length : 0 else {
      throw Fault(description: "no length: \(lines)")
    }
    guard bytes.count - head.upperBound >= length else { return nil }
    let body = Array(bytes[head.upperBound..<(head.upperBound + length)])
    bytes.removeFirst(head.upperBound + length)
    return WireResponse(status: status, fields: fields, body: body)
  }

  private static func code(of line: String) throws -> Int {
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "HTTP/1.1", let code = Int(parts[1]) else {
      throw Fault(description: "no status line: \(line)")
    }
    return code
  }
}
