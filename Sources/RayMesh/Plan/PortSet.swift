/// A set of ports as 65,536 bits: joining a wide range costs the same as joining a narrow one.
struct PortSet {
  private var words = [UInt64](repeating: 0, count: 1 << 10)

  /// Puts a port in; false where it was in already.
  @discardableResult
  mutating func insert(_ port: Port) -> Bool {
    let (word, bit) = PortSet.place(of: port)
    guard words[word] & bit == 0 else { return false }
    words[word] |= bit
    return true
  }

  /// Puts the ports of components in.
  mutating func insert(_ components: [PlannedPort]) {
    var words = words.mutableSpan
    for planned in components {
      let (word, bit) = PortSet.place(of: planned.port)
      words[word] |= bit
    }
  }

  /// Puts every port of a group's workers in.
  mutating func insert(_ workers: WorkerPorts) {
    switch workers.ports {
    case .list(let list): for port in list { insert(port) }
    case .range(let range): insert(range)
    }
  }

  /// Whether a port is in.
  func contains(_ port: Port) -> Bool {
    let (word, bit) = PortSet.place(of: port)
    return words[word] & bit != 0
  }

  /// The ports of Istio's own proxy in every pod (istio.io, "Ports used by Istio").
  static let mesh: PortSet = {
    var set = PortSet()
    set.insert(meshRange)
    return set
  }()

  static let meshRange = Port.known(15000)...Port.known(15090)

  /// The first port from a number on that is not in; past the end of all numbers it goes on at 1024, below which only
  /// root may listen.
  func firstFree(from port: Port) -> Port? { firstFree(range: port...port)?.lowerBound }

  /// A range as it is where none of it is in; else one as wide, as a whole further up, or at last from 1024 on.
  func firstFree(range: ClosedRange<Port>) -> ClosedRange<Port>? {
    let (first, last) = (Int(range.lowerBound.number), Int(range.upperBound.number))
    return firstFree(from: first, width: last - first) ?? firstFree(from: 1024, width: last - first)
  }

  /// The widest range that is free, the lowest where there are several: two ports at least, none of them privileged.
  var widestFree: ClosedRange<Port>? {
    var widest: ClosedRange<Int>?
    var start = Int(Port.firstUnprivileged.number)
    for number in start...65536 where Port(number).map(contains) ?? true {
      if number - 1 > start, number - start > widest?.count ?? 0 { widest = start...(number - 1) }
      start = number + 1
    }
    guard let widest, let lower = Port(widest.lowerBound), let upper = Port(widest.upperBound) else { return nil }
    return lower...upper
  }

  private func firstFree(from first: Int, width: Int) -> ClosedRange<Port>? {
    var start = first
    while let lower = Port(start), let upper = Port(start + width) {
      guard let taken = last(in: lower...upper) else { return lower...upper }
      start = Int(taken.number) + 1
    }
    return nil
  }

  /// The highest port of a range that is in.
  private func last(in range: ClosedRange<Port>) -> Port? {
    for word in PortSet.words(of: range).reversed() {
      let bits = words[word] & PortSet.bits(of: range, in: word)
      if bits != 0 { return .known(UInt16(word << 6 + 63 - bits.leadingZeroBitCount)) }
    }
    return nil
  }

  /// How many ports are in.
  var count: Int {
    var count = 0
    // Most words are empty, and counting bits takes longer than seeing that.
    for word in words where word != 0 { count += word.nonzeroBitCount }
    return count
  }

  /// The ports, in order.
  var sorted: [Port] {
    var ports: [Port] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        ports.append(.known(UInt16(index << 6 + rest.trailingZeroBitCount)))
        rest &= rest - 1
      }
    }
    return ports
  }

  mutating func insert(_ range: ClosedRange<Port>) {
    for word in PortSet.words(of: range) { words[word] |= PortSet.bits(of: range, in: word) }
  }

  static func words(of range: ClosedRange<Port>) -> ClosedRange<Int> {
    Int(range.lowerBound.number >> 6)...Int(range.upperBound.number >> 6)
  }

  /// The bits of a range that are in one of its words.
  static func bits(of range: ClosedRange<Port>, in word: Int) -> UInt64 {
    let from = max(Int(range.lowerBound.number) - word << 6, 0)
    let to = min(Int(range.upperBound.number) - word << 6, 63)
    return (~0 << UInt64(from)) & (~0 >> UInt64(63 - to))
  }

  private static func place(of port: Port) -> (word: Int, bit: UInt64) {
    (Int(port.number >> 6), 1 << UInt64(port.number & 63))
  }
}

/// What is seen at a glance of a few ports: of most others, that they are not among them.
struct PortGlance {
  private var bits: UInt64 = 0

  /// Takes a port in; true where it certainly is the first of its number.
  mutating func insert(_ port: Port) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(port.number & 63)
    defer { bits |= bit }
    return bits & bit == 0
  }
}
