/// Which groups have a port among their worker ports.
///
/// Of a few groups each is asked. For many a table has the first two groups of each port, as more are never needed.
struct WorkerOwners {
  private let groups: [GroupPlan]
  /// The first group of each port and the second one, by its place counted from 1.
  private var first = Table()
  private var second = Table()

  private static let few = 8

  /// Groups by port. Ports that have one already are bits, so that to pass over a wide range costs little.
  private struct Table {
    private var owners: [UInt16] = []
    private var words: [UInt64] = []

    /// Enters a group for those of 64 ports that have none yet; returns the others.
    mutating func insert(_ owner: UInt16, at bits: UInt64, of word: Int) -> UInt64 {
      if words.isEmpty {
        owners = Array(repeating: 0, count: 1 << 16)
        words = Array(repeating: 0, count: 1 << 10)
      }
      var new = bits & ~words[word]
      let old = bits & words[word]
      words[word] |= new
      while new != 0 {
        owners[word << 6 + new.trailingZeroBitCount] = owner
        new &= new - 1
      }
      return old
    }

    /// The place of the group that has a port.
    func place(of port: Port) -> Int? {
      guard !owners.isEmpty, case let owner = owners[Int(port.number)], owner > 0 else { return nil }
      return Int(owner) - 1
    }
  }

  init(of groups: [GroupPlan]) {
    self.groups = groups
    guard groups.count > WorkerOwners.few else { return }
    var last: (ports: WorkerPorts.Ports, count: Int)?
    for (index, group) in groups.enumerated() {
      // Most groups share one range, of which the third owner and all after it are never asked for.
      let count = last?.ports == group.workerPorts.ports ? (last?.count ?? 0) + 1 : 1
      last = (group.workerPorts.ports, count)
      if count <= 2 { insert(group.workerPorts, of: UInt16(truncatingIfNeeded: index + 1)) }
    }
  }

  private mutating func insert(_ workers: WorkerPorts, of owner: UInt16) {
    workers.eachWord { word, bits in
      let old = first.insert(owner, at: bits, of: word)
      if old != 0 { _ = second.insert(owner, at: old, of: word) }
    }
  }

  /// The first group that has a port among its worker ports, one aside.
  func owner(of port: Port, except excluded: GroupPlan?) -> GroupPlan? {
    guard groups.count > WorkerOwners.few else {
      return groups.first { $0 !== excluded && $0.workerPorts.contains(port) }
    }
    for place in [first.place(of: port), second.place(of: port)] {
      if let place, groups[place] !== excluded { return groups[place] }
    }
    return nil
  }
}
