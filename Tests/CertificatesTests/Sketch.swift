import Foundation
import TLS
import Transport

@testable import Certificates

/// What tests of certificates begin with. Time is handed in, so what is new here can be old there.
enum Sketch {
  static let host = CertificateHost.name("raymesh.raymesh-system.svc")
  static let hosts = [host, .name("raymesh.raymesh-system.svc.cluster.local")]
  static let now = Int(Date.now.timeIntervalSince1970)
  static let day = 24 * 3600

  static func authority() throws -> CertificateAuthority {
    try CertificateAuthority(named: "raymesh", days: Lifetimes.authorityDays, at: now)
  }

  /// An authority, and a pair of its.
  static func stored() throws -> StoredCertificates {
    var stored = StoredCertificates(authority: try authority())
    stored.pair = try ServingPair(for: hosts, from: stored.authority, at: now)
    return stored
  }

  static func planner(
    after days: Int = 0, hosts: [CertificateHost] = hosts, live: [Certificate] = [], settled: [Certificate] = []
  ) -> RotationPlanner {
    RotationPlanner(
      hosts: hosts, second: now + days * day, live: live, settled: Set(settled.map(\.fingerprint)))
  }

  /// The data of a Secret with such certificates.
  static func data(_ stored: StoredCertificates) throws -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: try stored.data().map { ($0.key.rawValue, $0.value) })
  }
}

extension RotationDecision {
  /// What is written, and why; `nil` if nothing is.
  var written: (stored: StoredCertificates, step: RotationStep)? {
    if case .write(let stored, let step) = self { (stored, step) } else { nil }
  }

  /// What is kept; `nil` if something is written, or nobody knows.
  var kept: StoredCertificates? { if case .keep(let stored) = self { stored } else { nil } }
}

extension StoredCertificates {
  /// Whether its pair is good for its hosts at a day.
  func serves(after days: Int = 0) throws -> Bool {
    guard let pair else { return false }
    return try pair.certificate.problem(
      trusting: [authority.certificate], host: Sketch.host, at: Sketch.now + days * Sketch.day) == nil
  }
}
