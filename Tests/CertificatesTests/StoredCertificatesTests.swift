import JSON
import Kubernetes
import TestSupport
import Testing
import TLS
import Transport

@testable import Certificates

/// What a Secret says, and what is written over it.
struct StoredCertificatesTests {
  private static let key = ObjectKey(namespace: "raymesh-system", name: "raymesh-certificates")

  private func record(_ secret: JSONValue) throws -> SecretRecord { SecretRecord(try element(secret.text)) }

  private func usable(_ record: SecretRecord) -> (stored: StoredCertificates, asked: RotationRequest?)? {
    if case .usable(let stored, let asked) = record.found { (stored, asked) } else { nil }
  }

  @Test func `what is written is read back, with a next authority and former ones`() throws {
    var held = try Sketch.stored()
    held.next = try Sketch.authority()
    held.previous = [try Sketch.authority().certificate]
    let read = try #require(usable(record(SecretRecord.made(Self.key, of: held)))).stored
    #expect(try read.data() == held.data())
    #expect(read.next?.certificate.fingerprint == held.next?.certificate.fingerprint)
    #expect(read.previous.map(\.fingerprint) == held.previous.map(\.fingerprint))
    held.next = nil
    #expect(try StoredCertificates(Sketch.data(held)).previous.count == 1)
  }

  @Test(
    arguments: ["ca.crt", "ca.key"],
    [nil, "", "junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func `without a whole authority a Secret is of no use, and it says why`(entry: String, text: String?) throws {
    var data = try Sketch.data(Sketch.stored())
    data[entry] = text.map { Array($0.utf8) }
    let error = try #require(throws: TLSError.self) { try StoredCertificates(data) }
    #expect(error.description.contains(entry))
  }

  @Test func `a key of another authority is refused`() throws {
    var data = try Sketch.data(Sketch.stored())
    data["ca.key"] = try Sketch.data(Sketch.stored())["ca.key"]
    #expect(throws: TLSError.self) { try StoredCertificates(data) }
  }

  @Test func `a certificate that may not sign is no authority`() throws {
    let held = try Sketch.stored()
    var data = try Sketch.data(held)
    (data["ca.crt"], data["ca.key"]) = (data["tls.crt"], data["tls.key"])
    let error = try #require(throws: TLSError.self) { try StoredCertificates(data) }
    #expect(error.description == "read ca.crt: its first certificate is no authority's")
  }

  @Test(arguments: ["tls.crt", "tls.key"])
  func `half a serving pair is none`(entry: String) throws {
    let good = try Sketch.data(Sketch.stored())
    for bytes in [nil, Array("junk".utf8), try Sketch.data(Sketch.stored())[entry]] {
      var data = good
      data[entry] = bytes
      #expect(try StoredCertificates(data).pair == nil)
    }
  }

  @Test func `a next authority without its key is one of the former`() throws {
    var held = try Sketch.stored()
    held.next = try Sketch.authority()
    var data = try Sketch.data(held)
    data["next-ca.key"] = Array("junk".utf8)
    let read = try StoredCertificates(data)
    #expect(read.next == nil)
    #expect(read.previous.map(\.fingerprint) == [held.next?.certificate.fingerprint])
  }

  @Test func `an empty Secret is ours to fill, one with other data only if it carries our label`() throws {
    for (secret, isOurs) in [
      (#"{"metadata":{}}"#, true), (#"{"metadata":{},"data":{}}"#, true),
      (#"{"metadata":{},"data":{"password":"aHVudGVyMg=="}}"#, false),
      (#"{"metadata":{"labels":{"app.kubernetes.io/managed-by":"raymesh"}},"data":{"ca.crt":"?"}}"#, true),
      (#"{"metadata":{"labels":{"app.kubernetes.io/managed-by":"helm"}},"data":{"ca.crt":7}}"#, false),
    ] {
      guard case .unusable(_, isOurs) = try record(JSONValue(parsing: secret)).found else {
        return #expect(Bool(false), "\(secret)")
      }
    }
  }

  @Test func `what others have in the Secret stays, and what was asked for is done`() throws {
    let secret = try SecretRecord.made(Self.key, of: Sketch.stored())
      .setting(["metadata", "annotations"], ["raymesh.io/rotate": "authority", "team": "ray"])
      .setting(["metadata", "resourceVersion"], "7").setting(["data", "note"], "aGk=")
      .setting(["data", "next-ca.key"], "aGk=")
    let record = try record(secret)
    #expect(usable(record)?.asked == .authority && record.oddRequest == nil)
    let other = try Sketch.stored()
    let written = try record.replaced(by: other)
    #expect(written.value(at: "/metadata/annotations")?.text == #"{"team":"ray"}"#)
    #expect(written.value(at: "/metadata/resourceVersion") == "7")
    #expect(written.value(at: "/metadata/labels/app.kubernetes.io~1managed-by") == "raymesh")
    #expect(written.value(at: "/data/note") == "aGk=")
    #expect(written.value(at: "/data/next-ca.key") == nil)
    #expect(try usable(self.record(written))?.stored.data() == other.data())
  }

  @Test func `a word that asks for nothing we know is told`() throws {
    let secret = try SecretRecord.made(Self.key, of: Sketch.stored())
      .setting(["metadata", "annotations", "raymesh.io/rotate"], "everything")
    #expect(try record(secret).oddRequest == "everything")
    #expect(try usable(record(secret))?.asked == nil)
  }
}
