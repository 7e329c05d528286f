/// A port number that a Service can list and Ray can listen on: 1 to 65535.
///
/// 0 means "random" to `ray start`, which no Service could name, so it is no `Port`.
public struct Port: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number.
  public let number: UInt16

  /// A port, or `nil` outside 1–65535.
  public init?(_ number: Int) {
    guard let number = UInt16(exactly: number), number > 0 else { return nil }
    self.number = number
  }

  /// A port as a ray start parameter writes it: decimal digits and nothing else.
  public init?(_ text: String) {
    guard let number = Int(digits: text.utf8Span.span) else { return nil }
    self.init(number)
  }

  private init(known number: UInt16) { self.number = number }

  /// A number that the source code spells out; above 0, as the table of components is.
  static func known(_ number: UInt16) -> Port { Port(known: max(number, 1)) }

  /// The port `distance` numbers up, at most 65535.
  public func advanced(by distance: Int) -> Port {
    Port(known: UInt16(clamping: Int(number) + min(max(distance, 0), 65535)))
  }

  /// The lowest port that there is.
  static let first = known(1)
  /// The lowest port that a process without privileges may listen on.
  static let firstUnprivileged = known(1024)

  /// The number in decimal digits. By hand, as a review writes many, and the general way asks a lot first.
  public var description: String {
    unsafe String(unsafeUninitializedCapacity: 5) { digits in
      let count = number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10000 ? 4 : 5
      var rest = number
      for place in (0..<count).reversed() {
        unsafe digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      return count
    }
  }

  /// By number.
  public static func < (one: Port, other: Port) -> Bool { one.number < other.number }
}

/// What a mesh is told that a port speaks: a Service port's `appProtocol`.
public enum AppProtocol: String, Sendable {
  case grpc, http, https, tcp
}
