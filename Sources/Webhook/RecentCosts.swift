internal import Transport

/// What requests have cost lately, by their size.
///
/// The next request is expected to cost what those of about its size did: the middle of the latest, so that a few that
/// were slow, or a process that stood still for a while, say nothing about the others. Every cost is forgotten after a
/// while, as nothing new is learned while requests are turned away.
struct RecentCosts {
  /// A request of so many bytes is of the smallest kind, and each kind has twice the bytes of the one before.
  private static let smallest = 65_536
  /// So many costs of each kind are kept, and so many are needed to expect anything.
  private static let kept = 9
  private static let needed = 5
  /// For so long they are kept.
  private static let age = Duration.seconds(30)

  private var kinds: [[Cost]] = []

  private struct Cost {
    let duration: Duration
    let end: Instant
  }

  /// What a request of so many bytes will cost, or `nil` if nobody can tell.
  func expected(bytes: Int, at now: Instant) -> Duration? {
    let kind = RecentCosts.kind(of: bytes)
    guard kinds.indices.contains(kind) else { return nil }
    let durations = kinds[kind].lazy.filter { now < $0.end + RecentCosts.age }.map(\.duration).sorted()
    return durations.count < RecentCosts.needed ? nil : durations[durations.count / 2]
  }

  /// Takes in what a request of so many bytes has cost.
  mutating func record(_ duration: Duration, bytes: Int, at now: Instant) {
    let kind = RecentCosts.kind(of: bytes)
    while kinds.count <= kind { kinds.append([]) }
    kinds[kind].append(Cost(duration: duration, end: now))
    if kinds[kind].count > RecentCosts.kept { kinds[kind].removeFirst() }
  }

  private static func kind(of bytes: Int) -> Int {
    Int.bitWidth - (max(bytes - 1, 0) / smallest).leadingZeroBitCount
  }
}
