import Testing

@testable import HTTP

/// Tests of which connections are accepted, and which are closed when there is no room.
@Suite struct ConnectionTableTests {
  /// A table with these connections, each from an address and in a state of use.
  private func table(
    most: Int = 32, perAddress: Int? = nil, _ guests: [(String, ConnectionTable.Use)] = []
  ) -> ConnectionTable {
    var table = ConnectionTable(most: most, mostPerAddress: perAddress)
    for (address, use) in guests {
      guard case .admitted(let slot) = table.admit(from: address).admission else { continue }
      if use != .unused { table.carries(slot) }
      if use == .idle { table.rests(slot) }
    }
    return table
  }

  @Test func `as long as there is room nobody goes`() {
    var table = table(most: 3)
    #expect(table.admit(from: "a") == (.admitted(0), []))
    #expect(table.admit(from: "a") == (.admitted(1), []))
    table.remove(0)
    #expect(table.admit(from: "b") == (.admitted(0), []))
    #expect(table.admit(from: "c") == (.admitted(2), []))
  }

  @Test func `a connection that carried no request goes before one that is idle, however long that has been`() {
    var table = table(most: 3, [("a", .idle), ("b", .idle), ("c", .unused)])
    #expect(table.admit(from: "d") == (.admitted(3), [2]))
  }

  @Test func `of unused ones the oldest goes of the address that has most of them`() {
    var table = table(most: 5, [("a", .unused), ("b", .unused), ("b", .unused), ("a", .idle), ("a", .idle)])
    #expect(table.admit(from: "c") == (.admitted(5), [1]))
  }

  @Test func `of idle ones the one that has rested longest goes of the address that has most connections`() {
    var table = table(most: 5, [("a", .idle), ("b", .idle), ("b", .idle), ("b", .busy), ("a", .idle)])
    table.carries(1)
    table.rests(1)
    #expect(table.admit(from: "c") == (.admitted(5), [2]))
  }

  @Test func `one with a request in progress never goes`() {
    var table = table(most: 2, [("a", .busy), ("a", .busy)])
    #expect(table.admit(from: "b") == (.full, []))
    table.rests(1)
    #expect(table.admit(from: "b") == (.admitted(2), [1]))
    #expect(table.isLeaving(1) && !table.isLeaving(0))
  }

  @Test func `one that has been told to go stays if a request has come meanwhile, and two go for the next`() {
    var table = table(most: 32, [("a", .idle)] + (1..<32).map { ("\($0)", .idle) })
    #expect(table.admit(from: "b") == (.admitted(32), [0]))
    table.begins(0)
    #expect(!table.isLeaving(0))
    // There is one more than there should be.
    #expect(table.admit(from: "c") == (.admitted(33), [32, 1]))
  }

  @Test func `no more than a share may be on their way out`() {
    var table = table(most: 32, (0..<32).map { ("\($0)", .unused) })
    #expect(table.admit(from: "x") == (.admitted(32), [0]))
    #expect(table.admit(from: "x") == (.admitted(33), [1]))
    #expect(table.admit(from: "x") == (.full, []))
    table.remove(0)
    #expect(table.admit(from: "x") == (.admitted(0), [32]))
  }

  @Test func `an address at its bound gives up a connection of its own, and is refused if all are busy`() {
    var table = table(perAddress: 2, [("a", .idle), ("b", .unused), ("a", .busy)])
    #expect(table.admit(from: "a") == (.admitted(3), [0]))
    table.remove(0)
    table.carries(3)
    #expect(table.admit(from: "a") == (.refused, []))
    #expect(table.admit(from: "b") == (.admitted(0), []))
  }

  @Test func `a crowd that comes, is used and goes leaves nothing behind`() {
    var table = table(most: 8, perAddress: 4)
    var slots: [Int] = []
    for round in 0..<1000 {
      if case .admitted(let slot) = table.admit(from: "\(round % 7)").admission { slots.append(slot) }
      if round.isMultiple(of: 2), let last = slots.last { table.carries(last) }
      if round.isMultiple(of: 3), let first = slots.first { table.rests(first) }
      if slots.count > 6 { table.remove(slots.remove(at: round % 6)) }
    }
    for slot in slots { table.remove(slot) }
    // All eight places are free again, and each address may have its four.
    for number in 0..<8 { #expect(table.admit(from: "\(number / 4)").leaving == []) }
    #expect(table.admit(from: "0").leaving.count == 1)
  }
}
