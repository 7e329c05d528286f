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

/// Ports as ranges that are sorted and do not touch each other: however many ports there are, a range costs the same.
public struct PortRanges: Hashable, Sendable {
  /// The ranges, the lowest first. Between any two of them at least one port is missing.
  public let ranges: [ClosedRange<Port>]

  /// No ports.
  static let none = PortRanges(joining: [])

  /// - Parameter ranges: any ranges, in any order, which may overlap.
  init(joining ranges: [ClosedRange<Port>]) {
    guard ranges.count > 1 else {
      self.ranges = ranges
      return
    }
    var joined: [ClosedRange<Port>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound.advanced(by: 1) {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined
  }

  /// How many ports there are.
  public var count: Int { ranges.reduce(0) { $0 + $1.portCount } }

  /// Whether there is no port.
  public var isEmpty: Bool { ranges.isEmpty }

  /// Whether a port is one of them.
  public func contains(_ port: Port) -> Bool { overlaps(port...port) }

  /// Whether any of them is in a range.
  func overlaps(_ range: ClosedRange<Port>) -> Bool {
    // The first run that does not end below the range.
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= range.upperBound
  }
}

extension PortRanges {
  /// The first ranges and how many ports there are beside them, for a sentence.
  var spelled: String {
    let told = ranges.prefix(PortRanges.mostTold).map { range in
      range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
    let rest = ranges.dropFirst(PortRanges.mostTold).reduce(0) { $0 + $1.portCount }
    return told.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  private static let mostTold = 2
}

extension ClosedRange<Port> {
  /// How many ports the range has.
  var portCount: Int { Int(upperBound.number) - Int(lowerBound.number) + 1 }
}

extension PortSet {
  /// The ports that are in as ranges, in order; a range is cut where `other` begins and ends to have them.
  func stretches(splitBy other: PortSet) -> [(range: ClosedRange<Port>, isInOther: Bool)] {
    var (inside, outside) = (self, self)
    inside.keep(other)
    outside.subtract(other)
    let stretches =
      inside.runs.ranges.map { (range: $0, isInOther: true) }
      + outside.runs.ranges.map { (range: $0, isInOther: false) }
    return stretches.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
