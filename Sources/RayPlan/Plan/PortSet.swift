/// A set of ports as 65,536 bits: joining a wide range costs the same as joining a narrow one.
package struct PortSet {
  private var words = [UInt64](repeating: 0, count: 1 << 10)

  /// Puts a port in; false if it was in already.
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
    case .list(let list): for range in list.ranges { insert(range) }
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

  package static let meshRange = Port.known(15000)...Port.known(15090)

  /// The first port from a number on that is not in; past the end of all numbers it goes on at 1024, below which only
  /// root may listen.
  func firstFree(from port: Port) -> Port? { firstFree(range: port...port)?.lowerBound }

  /// A range as it is if none of it is in; else one as wide, as a whole further up, or at last from 1024 on.
  func firstFree(range: ClosedRange<Port>) -> ClosedRange<Port>? {
    let (first, last) = (Int(range.lowerBound.number), Int(range.upperBound.number))
    return firstFree(from: first, width: last - first) ?? firstFree(from: 1024, width: last - first)
  }

  /// The widest range that is free, the lowest if there are several: two ports at least, none of them privileged.
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

  /// The widest free range that brings few ports that are not listed already, from a port on or at last from 1024 on;
  /// of several as wide the first.
  ///
  /// - Parameters:
  ///   - most: how wide it need be.
  ///   - listed: ports that cost nothing.
  ///   - room: how many others the range may have.
  func widestFree(from first: Port, most: Int, listed: PortSet, room: Int) -> ClosedRange<Port>? {
    var widest: ClosedRange<Port>?
    for start in [first, .firstUnprivileged] {
      var window = PortWindow(from: start)
      for number in start.number...UInt16.max {
        window.take(.known(number), isTaken: contains(.known(number)), in: listed, room: room)
        guard window.width > max(1, widest?.portCount ?? 0) else { continue }
        widest = window.first...(.known(number))
        if window.width == most { return widest }
      }
    }
    return widest
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

  /// The ports as ranges, the lowest first.
  var runs: PortRanges {
    var ranges: [ClosedRange<Port>] = []
    var start = 0
    while let first = next(from: start, isIn: true) {
      let end = next(from: first, isIn: false) ?? 65536
      ranges.append(.known(UInt16(first))...(.known(UInt16(end - 1))))
      start = end
    }
    return PortRanges(joining: ranges)
  }

  /// The first number, from one on, that is in, or that is not.
  private func next(from start: Int, isIn: Bool) -> Int? {
    guard start < 65536 else { return nil }
    var mask: UInt64 = ~0 << UInt64(start & 63)
    for word in (start >> 6)..<words.count {
      let bits = (isIn ? words[word] : ~words[word]) & mask
      if bits != 0 { return word << 6 + bits.trailingZeroBitCount }
      mask = ~0
    }
    return nil
  }

  /// Puts every port of another set in.
  mutating func insert(_ other: PortSet) { for word in words.indices { words[word] |= other.words[word] } }

  /// Takes every port of another set out.
  mutating func subtract(_ other: PortSet) { for word in words.indices { words[word] &= ~other.words[word] } }

  /// Takes every port out that is not in another set too.
  mutating func keep(_ other: PortSet) { for word in words.indices { words[word] &= other.words[word] } }

  mutating func insert(_ range: ClosedRange<Port>) {
    for word in PortSet.words(of: range) { words[word] |= PortSet.bits(of: range, in: word) }
  }

  /// Puts the lowest ports of a range in, as long as they are few.
  ///
  /// - Parameters:
  ///   - most: how many ports may come in that are not in already.
  ///   - closed: ports that stay out.
  /// - Returns: how many came in.
  mutating func insert(_ range: ClosedRange<Port>, most: Int, but closed: PortSet) -> Int {
    var room = most
    for word in PortSet.words(of: range) where room > 0 {
      var new = PortSet.bits(of: range, in: word) & ~words[word] & ~closed.words[word]
      while new.nonzeroBitCount > room { new &= ~(1 << UInt64(63 - new.leadingZeroBitCount)) }
      words[word] |= new
      room -= new.nonzeroBitCount
    }
    return most - room
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

  /// Takes a port in; true if it certainly is the first of its number.
  mutating func insert(_ port: Port) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(port.number & 63)
    defer { bits |= bit }
    return bits & bit == 0
  }
}

/// A range that moves up through all ports, as wide as it may be.
private struct PortWindow {
  private(set) var first: Port
  private(set) var width = 0
  private var unlisted = 0

  init(from first: Port) { self.first = first }

  mutating func take(_ port: Port, isTaken: Bool, in listed: PortSet, room: Int) {
    guard !isTaken else {
      (first, width, unlisted) = (port.advanced(by: 1), 0, 0)
      return
    }
    width += 1
    if !listed.contains(port) { unlisted += 1 }
    while unlisted > room {
      if !listed.contains(first) { unlisted -= 1 }
      first = first.advanced(by: 1)
      width -= 1
    }
  }
}
