import TestSupport
import Testing
import TLS
import Transport

@testable import Certificates

/// What the Secret should hold next, as a value: what it holds, what API servers trust, and the time are handed in.
struct RotationPlannerTests {
  private func decide(
    _ found: FoundSecret, by planner: RotationPlanner = Sketch.planner(), remembered: StoredCertificates? = nil
  ) throws -> RotationDecision {
    try planner.decide(found, remembered: remembered)
  }

  @Test func `from nothing comes an authority of ten years and a certificate of ninety days`() throws {
    let (made, step) = try #require(decide(.absent).written)
    #expect(step == .created)
    #expect(try made.serves() && made.serves(after: 89) && !made.serves(after: 90))
    #expect(made.authority.certificate.facts.notAfter == Sketch.now + 3650 * Sketch.day)
    #expect(made.previous.isEmpty && made.next == nil)
    #expect(
      made.pair?.certificate.facts.names
        == "DNS:raymesh.raymesh-system.svc, DNS:raymesh.raymesh-system.svc.cluster.local")
  }

  @Test func `what is good stays, until two thirds of its life are over`() throws {
    let held = try Sketch.stored()
    for days in [0, 1, 30, 59] {
      let kept = try #require(decide(.usable(held, asked: nil), by: Sketch.planner(after: days)).kept)
      #expect(kept.pair?.certificate.fingerprint == held.pair?.certificate.fingerprint)
    }
    let (renewed, step) = try #require(decide(.usable(held, asked: nil), by: Sketch.planner(after: 60)).written)
    #expect(step == .renewed)
    #expect(renewed.authority.certificate.fingerprint == held.authority.certificate.fingerprint)
    #expect(renewed.pair?.certificate.fingerprint != held.pair?.certificate.fingerprint)
  }

  @Test func `an invalid certificate is replaced by one of the same authority`() throws {
    let held = try Sketch.stored()
    var (without, foreign) = (held, held)
    without.pair = nil
    foreign.pair = try Sketch.stored().pair
    let elsewhere = Sketch.planner(hosts: [.name("raymesh.elsewhere.svc")])
    for (found, planner) in [(without, Sketch.planner()), (foreign, Sketch.planner()), (held, elsewhere)] {
      let (made, step) = try #require(decide(.usable(found, asked: nil), by: planner).written)
      #expect(step == .renewed)
      #expect(made.authority.certificate.fingerprint == held.authority.certificate.fingerprint)
      #expect(try made.pair?.fault(for: planner.hosts, from: held.authority, at: Sketch.now) == nil)
    }
  }

  @Test func `a new authority is announced first, and signs when it has settled, beside the old one`() throws {
    let held = try Sketch.stored()
    let old = held.authority.certificate
    let due = 3650 * 2 / 3 + 1
    let (announced, first) = try #require(decide(.usable(held, asked: nil), by: Sketch.planner(after: due)).written)
    #expect(first == .announced)
    #expect(announced.authority.certificate.fingerprint == old.fingerprint)
    let next = try #require(announced.next).certificate
    #expect(Set(announced.trusted.map(\.fingerprint)) == [old.fingerprint, next.fingerprint])

    // Seen, but not for long enough.
    let waiting = Sketch.planner(after: due, live: [old, next], settled: [old])
    #expect(try decide(.usable(announced, asked: nil), by: waiting).kept?.next != nil)

    let ready = Sketch.planner(after: due, live: [old, next], settled: [old, next])
    let (switched, second) = try #require(decide(.usable(announced, asked: nil), by: ready).written)
    #expect(second == .switched)
    #expect(switched.authority.certificate.fingerprint == next.fingerprint)
    #expect(try switched.next == nil && switched.serves(after: due))
    #expect(switched.previous.map(\.fingerprint) == [old.fingerprint])
    #expect(try switched.bundle() == announced.bundle(), "API servers have nothing to hear of")
  }

  @Test func `a former authority leaves an hour after the certificate that replaced its own`() throws {
    var held = try Sketch.stored()
    held.previous = [try Sketch.authority().certificate]
    let began = try #require(held.pair).certificate.facts.notBefore
    let planner = { (second: Int) in
      RotationPlanner(hosts: Sketch.hosts, second: second, live: [], settled: [])
    }
    #expect(try decide(.usable(held, asked: nil), by: planner(began + 3599)).kept != nil)
    let (retired, step) = try #require(decide(.usable(held, asked: nil), by: planner(began + 3600)).written)
    #expect(step == .retired && retired.previous.isEmpty)
  }

  @Test func `an operator's word brings either rotation about at once`() throws {
    let held = try Sketch.stored()
    let certificate = try #require(decide(.usable(held, asked: .certificate)).written)
    #expect(certificate.step == .renewed)
    #expect(certificate.stored.pair?.certificate.fingerprint != held.pair?.certificate.fingerprint)
    let authority = try #require(decide(.usable(held, asked: .authority)).written)
    #expect(authority.step == .announced)
    // One that is under way is what was asked for.
    #expect(try decide(.usable(authority.stored, asked: .authority)).kept != nil)
  }

  @Test func `a deleted Secret is restored by a replica that remembers it, and its authority is replaced`() throws {
    let held = try Sketch.stored()
    let (restored, step) = try #require(decide(.absent, remembered: held).written)
    #expect(step == .restored)
    #expect(restored.pair?.certificate.fingerprint == held.pair?.certificate.fingerprint)
    #expect(restored.next != nil)
  }

  @Test func `without a memory, the authorities that API servers trust stay trusted for a while`() throws {
    let old = try Sketch.authority().certificate
    for found in [FoundSecret.absent, .unusable("played", isOurs: true)] {
      let (made, step) = try #require(decide(found, by: Sketch.planner(live: [old])).written)
      #expect(step == .created)
      #expect(made.previous.map(\.fingerprint) == [old.fingerprint])
    }
  }

  @Test func `an unreadable Secret is replaced if it is ours, and left alone if it is not`() throws {
    let held = try Sketch.stored()
    let (restored, step) = try #require(decide(.unusable("played", isOurs: true), remembered: held).written)
    #expect(step == .restored && restored.next == nil)
    guard case .leave("played") = try decide(.unusable("played", isOurs: false), remembered: held) else {
      return #expect(Bool(false), "it is somebody else's")
    }
  }

  @Test func `an authority that has expired is given up`() throws {
    let held = try Sketch.stored()
    for memory in [nil, held] {
      let (made, step) = try #require(
        decide(.usable(held, asked: nil), by: Sketch.planner(after: 3651), remembered: memory).written)
      #expect(step == .created)
      #expect(made.authority.certificate.fingerprint != held.authority.certificate.fingerprint)
    }
  }
}
