internal import Limits

/// Decides which connections a server has: who is let in, and who goes when there is no room.
///
/// A connection that has carried no request goes first: its client loses nothing but the connection. After those goes a
/// connection that is idle. A connection with a request in progress is never ended for another. Among equals it is the
/// address with the most connections that gives, and of its connections the one that has been of no use for longest.
///
/// It knows neither sockets nor time: what happened earlier has the smaller number.
struct ConnectionTable {
  /// What a connection is used for.
  enum Use {
    /// It has carried no request yet, and may be in its handshake.
    case unused
    /// A request is in progress.
    case busy
    /// It waits for the next request.
    case idle
  }

  /// What became of a newcomer.
  enum Outcome: Equatable {
    /// It is in, at a slot.
    case admitted(Int)
    /// Its address has as many as it may, each with a request in progress.
    case refused
    /// There is no room now.
    case full
  }

  private struct Entry {
    let address: Int
    var use = Use.unused
    /// When its use began.
    var since: Int
    /// Whether it has been told to go.
    var isLeaving = false
  }

  private let most: Int
  private let mostPerAddress: Int
  private let mostLeaving: Int
  private var entries: [Entry?] = []
  private var freeSlots: [Int] = []
  private var addresses = AddressTallies()
  private var events = 0
  private var leaving = 0
  /// Connections that have not been told to go.
  private var staying = 0

  init(most: Int, mostPerAddress: Int?) {
    self.most = most
    self.mostPerAddress = mostPerAddress ?? .max
    mostLeaving = max(1, min(PeerLimits.connectionsLeaving.value, most / HTTPLimits.shareLeaving))
  }

  /// Lets a newcomer in, if need be in place of others.
  ///
  /// - Returns: what became of it, and which connections have to go. There may be several, as one that has been told to go
  ///   stays if its next request comes first.
  mutating func admit(from address: String) -> (admission: Outcome, leaving: [Int]) {
    var dismissed: [Int] = []
    while true {
      let isOneTooMany = addresses.total(of: address) >= mostPerAddress
      guard isOneTooMany || staying >= most else { return (.admitted(add(address)), dismissed) }
      let number = isOneTooMany ? addresses.number(of: address) : nil
      guard leaving < mostLeaving, let slot = firstToGo(from: number) else {
        return (isOneTooMany ? .refused : .full, dismissed)
      }
      dismiss(slot)
      dismissed.append(slot)
    }
  }

  /// Takes a connection out that has ended.
  mutating func remove(_ slot: Int) {
    guard let entry = entries[slot] else { return }
    if entry.isLeaving {
      leaving -= 1
    } else {
      staying -= 1
      addresses.remove(entry.address, isUnused: entry.use == .unused)
    }
    addresses.release(entry.address)
    entries[slot] = nil
    freeSlots.append(slot)
  }

  /// Whether a connection has been told to go.
  func isLeaving(_ slot: Int) -> Bool { entries[slot]?.isLeaving ?? true }

  /// What a connection is used for.
  func use(of slot: Int) -> Use { entries[slot]?.use ?? .unused }

  /// A connection that had carried a request before receives the next. If it had been told to go, it stays after all.
  mutating func begins(_ slot: Int) { if use(of: slot) == .idle { carries(slot) } }

  /// A connection has received so much of a request that it is in progress.
  mutating func carries(_ slot: Int) {
    guard var entry = entries[slot], entry.use != .busy else { return }
    if entry.isLeaving {
      (leaving, staying) = (leaving - 1, staying + 1)
      addresses.add(entry.address, isUnused: false)
    } else if entry.use == .unused {
      addresses.use(entry.address)
    }
    (entry.use, entry.isLeaving) = (.busy, false)
    entries[slot] = entry
  }

  /// A connection has answered its requests.
  mutating func rests(_ slot: Int) {
    guard use(of: slot) == .busy else { return }
    let now = tick()
    entries[slot]?.use = .idle
    entries[slot]?.since = now
  }

  private mutating func add(_ address: String) -> Int {
    let entry = Entry(address: addresses.add(address), since: tick())
    staying += 1
    guard let slot = freeSlots.popLast() else {
      entries.append(entry)
      return entries.count - 1
    }
    entries[slot] = entry
    return slot
  }

  private mutating func dismiss(_ slot: Int) {
    guard let entry = entries[slot] else { return }
    addresses.remove(entry.address, isUnused: entry.use == .unused)
    (staying, leaving) = (staying - 1, leaving + 1)
    entries[slot]?.isLeaving = true
  }

  /// Finds the connection that goes first, of one address or of all. A look at each connection, when there is no room,
  /// is cheaper than an order that every request would have to keep.
  private func firstToGo(from address: Int?) -> Int? {
    var best: (slot: Int, rank: (Int, Int, Int))?
    for (slot, entry) in entries.enumerated() {
      guard let entry, entry.use != .busy, !entry.isLeaving, address.map({ $0 == entry.address }) ?? true else {
        continue
      }
      let isUnused = entry.use == .unused
      let crowd = isUnused ? addresses.unused(at: entry.address) : addresses.total(at: entry.address)
      let rank = (isUnused ? 1 : 0, crowd, -entry.since)
      if best.map({ $0.rank < rank }) ?? true { best = (slot, rank) }
    }
    return best?.slot
  }

  private mutating func tick() -> Int {
    events += 1
    return events
  }
}

/// Counts the connections of each address. An address has a number while an entry of the table refers to it.
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

  /// Counts out a connection that leaves.
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
