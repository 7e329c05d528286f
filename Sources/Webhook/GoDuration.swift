/// A length of time as Go writes it (`time.ParseDuration`, Go 1.22): `5s`, `1m30s`, `500ms`, `1.5h`. Kubernetes has
/// them in queries, flags and files.
public struct GoDuration: Hashable, Sendable {
  /// The length.
  public let duration: Duration

  /// Reads a length; `nil` for anything else, a negative one too.
  public init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    guard !rest.isEmpty else { return nil }
    var sum = Duration.zero
    if rest.elementsEqual("0".utf8) { rest = [] }
    while !rest.isEmpty {
      guard let (number, unit) = GoDuration.part(&rest), number <= GoDuration.largest else { return nil }
      sum += unit * number
    }
    duration = sum
  }

  private static func part(_ rest: inout ArraySlice<UInt8>) -> (Double, Duration)? {
    let digits = rest.prefix { ("0"..."9").contains(Unicode.Scalar($0)) || $0 == UInt8(ascii: ".") }
    guard digits.contains(where: { $0 != UInt8(ascii: ".") }),
      let number = Double(String(decoding: digits, as: UTF8.self))
    else { return nil }
    rest = rest[digits.endIndex...]
    let name = rest.prefix { !("0"..."9").contains(Unicode.Scalar($0)) && $0 != UInt8(ascii: ".") }
    rest = rest[name.endIndex...]
    return units[String(decoding: name, as: UTF8.self)].map { (number, $0) }
  }

  private static let units: [String: Duration] = [
    "ns": .nanoseconds(1), "us": .microseconds(1), "µs": .microseconds(1), "ms": .milliseconds(1), "s": .seconds(1),
    "m": .seconds(60), "h": .seconds(3600),
  ]

  /// More hours than that nobody means.
  private static let largest = 1e9
}
