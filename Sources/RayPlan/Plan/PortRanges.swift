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
