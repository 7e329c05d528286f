internal import FoundationEssentials

/// Binary data within YAML and JSON (RFC 4648 section 4).
public enum Base64 {
  /// The bytes, or `nil` where the text is no base64; line breaks are passed over.
  public static func bytes(_ text: String) -> [UInt8]? {
    Data(base64Encoded: String(text.filter { !$0.isWhitespace })).map { [UInt8]($0) }
  }

  /// The text of bytes, on one line.
  public static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
