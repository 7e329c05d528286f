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
