import Foundation
import Transport

@testable import Authority

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
  static func holdings() throws -> Holdings {
    var holdings = Holdings(authority: try authority())
    holdings.pair = try ServingPair(for: hosts, from: holdings.authority, at: now)
    return holdings
  }

  static func planner(
    after days: Int = 0, hosts: [CertificateHost] = hosts, live: [Certificate] = [], settled: [Certificate] = []
  ) -> RotationPlanner {
    RotationPlanner(
      hosts: hosts, second: now + days * day, live: live, settled: Set(settled.map(\.fingerprint)))
  }

  /// The data of a Secret with such holdings.
  static func data(_ holdings: Holdings) throws -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: try holdings.data().map { ($0.key.rawValue, $0.value) })
  }
}

extension RotationDecision {
  /// What is written, and why; `nil` where nothing is.
  var written: (holdings: Holdings, step: RotationStep)? {
    if case .write(let holdings, let step) = self { (holdings, step) } else { nil }
  }

  /// What is kept; `nil` where something is written, or nobody knows.
  var kept: Holdings? { if case .keep(let holdings) = self { holdings } else { nil } }
}

extension Holdings {
  /// Whether its pair is good for its hosts at a day.
  func serves(after days: Int = 0) throws -> Bool {
    guard let pair else { return false }
    return try pair.certificate.problem(
      trusting: [authority.certificate], host: Sketch.host, at: Sketch.now + days * Sketch.day) == nil
  }
}
