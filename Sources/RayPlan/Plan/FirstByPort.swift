/// The value that each port had first.
///
/// A few are looked through, and most of those are told apart at a glance; beyond that a table of all ports finds them.
struct FirstByPort<Value> {
  private var entries: [(port: Port, value: Value)] = []
  private var seen = PortGlance()
  /// The place of a port's entry, counted from 1.
  private var places: [UInt16] = []

  private static var few: Int { 64 }

  init() { entries.reserveCapacity(2 * RayComponent.allCases.count) }

  /// Takes in a value, unless the port has one already: that one is returned.
  mutating func insert(_ value: Value, at port: Port) -> Value? {
    if places.isEmpty {
      if !seen.insert(port), let first = entries.first(where: { $0.port == port }) { return first.value }
    } else if case let place = places[Int(port.number)], place > 0 {
      return entries[Int(place) - 1].value
    }
    entries.append((port, value))
    index()
    return nil
  }

  private mutating func index() {
    guard entries.count > FirstByPort.few else { return }
    let start = places.isEmpty ? 0 : entries.count - 1
    if places.isEmpty { places = Array(repeating: 0, count: 1 << 16) }
    for place in start..<entries.count {
      places[Int(entries[place].port.number)] = UInt16(truncatingIfNeeded: place + 1)
    }
  }
}
