/// Pauses that double from one failure to the next.
public struct Backoff: Hashable, Sendable {
  let first: Duration
  let longest: Duration

  /// - Parameters:
  ///   - first: the pause after the first failure.
  ///   - longest: what no pause is longer than.
  public init(first: Duration, longest: Duration) { (self.first, self.longest) = (first, longest) }

  /// For one object that cannot be worked on: client-go's begin at 5 ms and go up to 1,000 s, which is long for a person
  /// who has just repaired what was wrong.
  public static let items = Backoff(first: .milliseconds(5), longest: .seconds(60))
  /// For an API server that cannot be reached, or refuses a watch (client-go, `tools/cache/reflector.go`).
  public static let watches = Backoff(first: .milliseconds(800), longest: .seconds(30))

  /// The pause after so many failures before this one.
  ///
  /// - Parameter jitter: from 0 to 1: how much of half the pause is left out.
  public func pause(after failures: Int, jitter: Double) -> Duration {
    let full = failures > 20 ? longest : min(first * (1 << failures), longest)
    return full * (1 - jitter / 2)
  }
}
