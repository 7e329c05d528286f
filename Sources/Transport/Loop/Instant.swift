internal import Glibc

/// A point in time on the clock that goes on while the machine sleeps (`CLOCK_BOOTTIME`, `clock_gettime(2)`).
///
/// It is what `ContinuousClock` tells. The size of that one's `Instant` is known only at run time. So a type that holds
/// one is laid out as the program runs, and a function that awaits allocates memory for each.
public struct Instant: InstantProtocol {
  private let sinceBoot: Duration

  /// What the clock says.
  public static var now: Instant {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Instant(
      sinceBoot: Duration(
        secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000))
  }

  /// So much later.
  public func advanced(by duration: Duration) -> Instant { Instant(sinceBoot: sinceBoot + duration) }

  /// From here to another, negative if that was before.
  public func duration(to other: Instant) -> Duration { other.sinceBoot - sinceBoot }

  /// So much later.
  public static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }

  /// So much earlier.
  public static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }

  /// Whether the left was before the right.
  public static func < (left: Instant, right: Instant) -> Bool { left.sinceBoot < right.sinceBoot }
}
