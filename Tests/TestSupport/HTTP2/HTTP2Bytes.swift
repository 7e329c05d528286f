/// HTTP/2 as it stands on the wire (RFC 9113), put together by hand: also what no library would send.
public enum HTTP2Bytes {
  /// What a client says first, with no settings.
  public static let hello = preface + frame(.settings)
  /// The preface alone (section 3.4).
  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// Types of frames (section 6).
  public enum Kind: UInt8, Sendable {
    case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    /// One that nobody knows.
    case unknown = 0xBE
  }

  /// Flags of frames.
  public struct Flags: OptionSet, Sendable {
    /// As the wire has them.
    public let rawValue: UInt8

    /// Any flags.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Of DATA and HEADERS.
    public static let endStream = Flags(rawValue: 0x1)
    /// Of SETTINGS and PING.
    public static let acknowledges = Flags(rawValue: 0x1)
    /// Of HEADERS and CONTINUATION.
    public static let endHeaders = Flags(rawValue: 0x4)
    /// Of DATA and HEADERS.
    public static let padded = Flags(rawValue: 0x8)
  }

  /// One frame.
  public static func frame(_ kind: Kind, _ payload: [UInt8] = [], _ flags: Flags = [], on stream: Int = 0) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), kind.rawValue, flags.rawValue]
      + number(stream) + payload
  }

  /// A HEADERS frame with a whole header block.
  public static func headers(on stream: Int, _ fields: [(String, String)], ends: Bool = true) -> [UInt8] {
    frame(.headers, block(fields), ends ? [.endHeaders, .endStream] : .endHeaders, on: stream)
  }

  /// A DATA frame.
  public static func data(on stream: Int, _ text: String, ends: Bool = true) -> [UInt8] {
    frame(.data, Array(text.utf8), ends ? .endStream : [], on: stream)
  }

  /// A whole GET.
  public static func get(_ path: String, on stream: Int = 1) -> [UInt8] { headers(on: stream, head("GET", path)) }

  /// A whole POST.
  public static func post(_ path: String, _ body: String, on stream: Int = 1, fields: [(String, String)] = [])
    -> [UInt8]
  {
    headers(on: stream, head("POST", path) + fields, ends: false) + data(on: stream, body)
  }

  /// A request's pseudo-header fields.
  public static func head(_ method: String, _ path: String, at authority: String = "h") -> [(String, String)] {
    [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path)]
  }

  /// A header block of literals, without indexing and without Huffman's code (RFC 7541 section 6.2.2).
  public static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { name, value in [0] + text(Array(name.utf8)) + text(Array(value.utf8)) }
  }

  /// 32 bits, the highest first.
  public static func number(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) } }

  /// A string literal (RFC 7541 section 5.2).
  private static func text(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var length: [UInt8] = [127]
    var rest = bytes.count - 127
    while rest >= 128 {
      length.append(UInt8(rest % 128) | 0x80)
      rest /= 128
    }
    return length + [UInt8(rest)] + bytes
  }
}
