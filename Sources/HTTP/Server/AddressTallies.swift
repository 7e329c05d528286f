/// How many connections each address has. An address has a number as long as any entry of the table refers to it.
struct AddressTallies {
  private struct Tally {
    let address: String
    /// Connections that have not been told to go.
    var total = 0
    /// Those of them that have carried no request.
    var unused = 0
    /// Entries of the table, also of connections that have been told to go.
    var references = 0
  }

  private var numbers: [String: Int] = [:]
  private var tallies: [Tally] = []
  private var free: [Int] = []

  func number(of address: String) -> Int? { numbers[address] }
  func total(of address: String) -> Int { number(of: address).map { tallies[$0].total } ?? 0 }
  func total(at number: Int) -> Int { tallies[number].total }
  func unused(at number: Int) -> Int { tallies[number].unused }

  /// Counts a new connection in, and gives the number of its address.
  mutating func add(_ address: String) -> Int {
    let number = numbers[address] ?? begin(address)
    tallies[number].references += 1
    add(number, isUnused: true)
    return number
  }

  /// Counts a connection in.
  mutating func add(_ number: Int, isUnused: Bool) {
    tallies[number].total += 1
    if isUnused { tallies[number].unused += 1 }
  }

  /// A connection of an address has carried its first request.
  mutating func use(_ number: Int) { tallies[number].unused -= 1 }

  /// Counts a connection out that leaves.
  mutating func remove(_ number: Int, isUnused: Bool) {
    tallies[number].total -= 1
    if isUnused { tallies[number].unused -= 1 }
  }

  /// Forgets an entry of the table.
  mutating func release(_ number: Int) {
    tallies[number].references -= 1
    guard tallies[number].references == 0 else { return }
    numbers[tallies[number].address] = nil
    free.append(number)
  }

  private mutating func begin(_ address: String) -> Int {
    let number = free.popLast() ?? tallies.count
    if number == tallies.count { tallies.append(Tally(address: address)) }
    tallies[number] = Tally(address: address)
    numbers[address] = number
    return number
  }
}
