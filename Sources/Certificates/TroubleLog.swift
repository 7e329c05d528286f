internal import Logging
internal import Synchronization

/// Tells what goes wrong, each thing once until it changes: a configuration that is gone for a day is one line.
struct TroubleLog: Sendable {
  let log: Logger
  let counts = AuthorityCounts()
  private let told = ToldTroubles()

  init(_ log: Logger) { self.log = log }

  /// Something went wrong.
  func tell(_ spot: TroubleSpot, _ reason: String) {
    counts.count(spot)
    let level: Logger.Level = told.isNews(spot, reason) ? .error : .debug
    log.log(level: level, "certificates not kept", metadata: ["where": "\(spot.rawValue)", "error": "\(reason)"])
  }

  /// It went well there.
  func clear(_ spot: TroubleSpot) {
    if told.isNews(spot, nil) { log.notice("certificates kept again", metadata: ["where": "\(spot.rawValue)"]) }
  }
}

private final class ToldTroubles: Sendable {
  private let reasons = Mutex<[TroubleSpot: String]>([:])

  func isNews(_ spot: TroubleSpot, _ reason: String?) -> Bool {
    reasons.withLock { reasons in
      defer { reasons[spot] = reason }
      return reasons[spot] != reason
    }
  }
}
