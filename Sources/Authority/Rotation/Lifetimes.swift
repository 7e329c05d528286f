internal import Transport

/// How long what Raymesh makes is good for.
enum Lifetimes {
  /// Ten years: its change touches every API server.
  static let authorityDays = 3650
  static let certificateDays = 90

  /// For how long an authority must have stood in every caBundle, unchanged, before a certificate of its is served. An API
  /// server hears of a change by a watch; where that breaks, client-go begins again after 30 s at most, with jitter after
  /// twice that (`NewReflectorWithOptions`, `tools/cache/reflector.go`).
  static let settling = Duration.seconds(60)

  /// For how many seconds after a new certificate began an authority of former ones stays in the caBundles: within that
  /// every replica has loaded the new one, or has not reached an API server for an hour.
  static let retirement = 3600

  /// Whether something is to be renewed: at two thirds of its life, as cert-manager does it too. So there is a third of it
  /// left in which somebody may notice that it is not.
  static func isDue(_ facts: CertificateFacts, at second: Int) -> Bool {
    facts.notBefore + (facts.notAfter - facts.notBefore) / 3 * 2 <= second
  }
}
