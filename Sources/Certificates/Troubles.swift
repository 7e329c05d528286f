internal import Kubernetes
internal import Logging
internal import Synchronization

/// Why certificates cannot be updated now.
enum AuthorityError: Error, CustomStringConvertible {
  case kubernetes(KubernetesError)
  /// Something cannot be read or made, in words.
  case certificates(String)

  var description: String {
    switch self {
    case .kubernetes(let error): error.description
    case .certificates(let words): words
    }
  }

  /// Whether another replica, or somebody else, has written in between.
  var isConflict: Bool {
    guard case .kubernetes(let error) = self, let status = error.status else { return false }
    return status.isConflict
  }
}

/// How long an API server may take to answer.
enum Patience {
  static let call = Duration.seconds(10)
}

/// Logs what fails, each thing once until it changes. A configuration that is missing for a day is one line.
struct TroubleLog: Sendable {
  let log: Logger
  let counts = AuthorityCounts()
  private let told = ToldTroubles()

  init(_ log: Logger) { self.log = log }

  /// Logs and counts a failure.
  func tell(_ spot: TroubleSpot, _ reason: String) {
    counts.count(spot)
    let level: Logger.Level = told.isNews(spot, reason) ? .error : .debug
    log.log(level: level, "cannot update certificates", metadata: ["where": "\(spot.rawValue)", "error": "\(reason)"])
  }

  /// Logs that it works again.
  func clear(_ spot: TroubleSpot) {
    if told.isNews(spot, nil) { log.notice("updating certificates again", metadata: ["where": "\(spot.rawValue)"]) }
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
