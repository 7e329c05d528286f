import JSON
import Kubernetes
import TestSupport
import Testing
import TLS
import Transport

@testable import Certificates

/// Tests of the authorities that API servers trust, and of the time since which they do.
struct LiveConfigurationTests {
  private let held: StoredCertificates
  private let start = Instant.now

  init() throws { held = try Sketch.stored() }

  private static let service = #""service":{"name":"raymesh","namespace":"raymesh-system"}"#

  /// A configuration whose webhooks ask there, with such caBundles.
  private func live(_ clients: (place: String, bundle: String?)...) throws -> LiveConfiguration {
    let webhooks = clients.enumerated().map { index, client in
      let bundle = client.bundle.map { #","caBundle":"\#($0)""# } ?? ""
      return #"{"name":"w\#(index)","clientConfig":{\#(client.place)\#(bundle)}}"#
    }
    let text = #"{"metadata":{"resourceVersion":"9","generation":3},"webhooks":[\#(webhooks.joined(separator: ","))]}"#
    return try LiveConfiguration(element(text))
  }

  private func bundle(_ certificates: Certificate...) throws -> String {
    Base64.text(try certificates.reduce(into: []) { $0 += try $1.pem })
  }

  @Test func `an authority counts if it stands in every caBundle`() throws {
    let (one, other) = (held.authority.certificate, try Sketch.authority().certificate)
    let both = try live((Self.service, bundle(one, other)), (Self.service, bundle(other, one)))
    #expect(both.version == "/3")
    #expect(Set(both.common.map(\.fingerprint)) == [one.fingerprint, other.fingerprint])
    #expect(try live((Self.service, bundle(one, other)), (Self.service, bundle(one))).common.count == 1)
    for missing in [nil, "", "?", "aGk="] {
      #expect(try live((Self.service, bundle(one)), (Self.service, missing)).common.isEmpty)
    }
    #expect(try live().common.isEmpty)
  }

  @Test func `wrong caBundles are corrected, in the version that was read`() throws {
    let pem = try held.bundle()
    let good = Base64.text(pem)
    #expect(try live((Self.service, good), (Self.service, good)).repair(to: pem) == nil)
    let patch = try live((Self.service, good), (Self.service, nil), (Self.service, "aGk=")).repair(to: pem)
    #expect(
      patch?.text == """
        [{"op":"replace","path":"/metadata/resourceVersion","value":"9"},\
        {"op":"add","path":"/webhooks/1/clientConfig/caBundle","value":"\(good)"},\
        {"op":"add","path":"/webhooks/2/clientConfig/caBundle","value":"\(good)"}]
        """)
  }

  @Test func `a certificate verifies as the API server does it: authority, host and time`() throws {
    let certificate = try #require(held.pair).certificate
    let good = Base64.text(try held.bundle())
    let problem = { (live: LiveConfiguration, days: Int) in
      try live.problem(of: certificate, at: Sketch.now + days * Sketch.day)
    }
    #expect(try problem(live((Self.service, good)), 0) == nil)
    #expect(try problem(live((Self.service, good)), 91) == "w0: certificate has expired")
    #expect(try problem(live((Self.service, good)), -1) == "w0: certificate is not yet valid")
    #expect(try problem(live((Self.service, nil)), 0) == "w0: unable to get local issuer certificate")
    let other = try bundle(Sketch.authority().certificate)
    #expect(try problem(live((Self.service, good), (Self.service, other)), 0)?.hasPrefix("w1: ") == true)
    let elsewhere = #""service":{"name":"raymesh","namespace":"elsewhere"}"#
    #expect(try problem(live((elsewhere, good)), 0) == "w0: hostname mismatch")
    #expect(try problem(live((#""url":"https://raymesh.raymesh-system.svc:9443/mutate""#, good)), 0) == nil)
    #expect(try problem(live((#""url":"https://127.0.0.1/mutate""#, good)), 0) == "w0: IP address mismatch")
    #expect(try problem(live((#""url":"http://raymesh.raymesh-system.svc/""#, good)), 0) != nil)
    #expect(try problem(live(), 0) == "it has no webhooks")
  }

  @Test(arguments: [
    #"{}"#, #"{"metadata":{}}"#, #"{"metadata":{"resourceVersion":"1"},"webhooks":7}"#,
    #"{"metadata":{"resourceVersion":"1"},"webhooks":[{"name":"w"}]}"#,
    #"{"metadata":{"resourceVersion":"1"},"webhooks":[{"name":"w","clientConfig":{"service":{"name":"x"}}}]}"#,
  ])
  func `an object that is not a configuration is an error`(text: String) throws {
    #expect(throws: JSONMismatch.self) { try LiveConfiguration(element(text)) }
  }

  @Test func `an authority has settled when it has stood there unchanged for a minute`() {
    var history = TrustHistory(settling: Lifetimes.settling)
    let (one, other): ([UInt8], [UInt8]) = ([1], [2])
    history.saw([one], in: "1", at: start)
    history.saw([one, other], in: "1", at: start + .seconds(30))
    #expect(history.settled(at: start + .seconds(59)).isEmpty)
    #expect(history.settles(after: start) == start + .seconds(60))
    #expect(history.settled(at: start + .seconds(60)) == [one])
    #expect(history.settled(at: start + .seconds(90)) == [one, other])
    #expect(history.settles(after: start + .seconds(90)) == nil)
  }

  @Test func `a recreated configuration counts as another one, even with the same generation`() throws {
    let versions = try ["a", "b"].map { uid in
      try LiveConfiguration(element(#"{"metadata":{"resourceVersion":"9","uid":"\#(uid)","generation":2}}"#)).version
    }
    #expect(versions[0] != versions[1])
  }

  @Test func `a change in between, or an unknown state, restarts the minute`() {
    var history = TrustHistory(settling: Lifetimes.settling)
    history.saw([[1]], in: "1", at: start)
    history.saw([[1]], in: "2", at: start + .seconds(50))
    #expect(history.settled(at: start + .seconds(109)).isEmpty)
    history.lost()
    history.saw([[1]], in: "2", at: start + .seconds(110))
    #expect(history.settled(at: start + .seconds(169)).isEmpty)
    history.saw([], in: "2", at: start + .seconds(200))
    #expect(history.settled(at: start + .seconds(300)).isEmpty)
  }
}
