/// Which bodies of an HTTP/2 connection may come whole: the first first, as many as there is room for.
///
/// The others stop at their streams' first windows until it is their turn. Whoever has been let in has room to its end,
/// so it never waits for another, and what all hold together is bounded.
struct HTTP2Bodies {
  private let room: Int
  private var held: [Int32: Int] = [:]
  private var waiting: [(stream: Int32, length: Int)] = []

  /// - Parameter room: bytes that they hold together; the largest body fits in it.
  init(room: Int) { self.room = room }

  /// Lines a body up.
  ///
  /// - Parameter length: as long as it is, or may become.
  mutating func lineUp(_ stream: Int32, _ length: Int) { waiting.append((stream, length)) }

  /// The next stream whose body may come whole, and which has room from now on.
  mutating func letIn() -> Int32? {
    guard let next = waiting.first, held.values.reduce(next.length, +) <= room else { return nil }
    waiting.removeFirst()
    held[next.stream] = next.length
    return next.stream
  }

  /// Takes note that a body is held no more, or will not come.
  mutating func release(_ stream: Int32) {
    if held.removeValue(forKey: stream) == nil { waiting.removeAll { $0.stream == stream } }
  }
}
