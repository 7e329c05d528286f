import TestSupport
import Testing
import TLS

/// Which groups a handshake may exchange keys in.
///
/// The server's answer shows what a rejection costs. Before a key exchange it sends an alert or a retry request. After
/// one it sends a ServerHello with a share of its own.
@Suite struct TLSGroupTests {
  @Test(arguments: Group.finiteFields)
  func `a client that offers finite fields alone is refused before any key exchange`(group: Group) throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    let hello = ClientHello(groups: [group.code], share: group.code, length: group.length)
    let error = try #require(server.handshake(after: hello.bytes).error)
    #expect(error.failure == .noSharedGroup)
    // A fatal alert (2), handshake_failure (40) or illegal_parameter (47): RFC 8446 section 6.2.
    #expect(server.takeOutput() == [21, 3, 3, 0, 2, 2, 40])
  }

  @Test(arguments: Group.finiteFields, Group.taken)
  func `a share of a finite field is not looked at, and another group is asked for`(field: Group, curve: Group) throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    let hello = ClientHello(groups: [field.code, curve.code], share: field.code, length: field.length)
    #expect(server.handshake(after: hello.bytes) == .incomplete)
    let retry = server.takeOutput()
    #expect(retry.contains(ClientHello.retryRandom))
    // The extension key_share (51) of a retry has the group alone: RFC 8446 section 4.2.8.
    #expect(retry.contains([0, 51, 0, 2, UInt8(curve.code >> 8), UInt8(curve.code & 0xFF)]))
  }

  @Test func `a share of P-521 is refused too`() throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    let hello = ClientHello(groups: [0x19], share: 0x19, length: 133)
    #expect(try #require(server.handshake(after: hello.bytes).error).failure == .noSharedGroup)
  }

  @Test func `a client offers the same three groups and no others`() throws {
    let client = try TLSSession(TLSPair().client, as: .client(host: "localhost"))
    #expect(WiredSessions.Side(client.handshake()) == .incomplete)
    // The extension supported_groups (10): RFC 8446 section 4.2.7.
    #expect(client.takeOutput().contains([0, 10, 0, 8, 0, 6, 0, 0x1D, 0, 0x17, 0, 0x18]))
  }

  /// A named group (RFC 8446 section 4.2.7), and how long a share of it is.
  struct Group: Sendable {
    let code: UInt16
    let length: Int

    static let finiteFields = [(0x100, 256), (0x101, 384), (0x102, 512), (0x103, 768), (0x104, 1024)].map(Group.init)
    static let taken = [(0x1D, 32), (0x17, 65), (0x18, 97)].map(Group.init)

    init(code: Int, length: Int) { (self.code, self.length) = (UInt16(code), length) }
  }
}

/// A hello of TLS 1.3 made by hand, as a client that wants to cost more than it spends would make it.
private struct ClientHello {
  let bytes: [UInt8]

  init(groups: [UInt16], share: UInt16, length: Int) {
    let key = ClientHello.wide(share) + ClientHello.sized([UInt8](repeating: 2, count: length))
    let extensions =
      ClientHello.part(43, [2, 3, 4])
      + ClientHello.part(10, ClientHello.sized(groups.flatMap(ClientHello.wide)))
      + ClientHello.part(13, ClientHello.sized([4, 3, 8, 4])) + ClientHello.part(51, ClientHello.sized(key))
    let body =
      [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + ClientHello.sized([0x13, 1]) + [1, 0]
      + ClientHello.sized(extensions)
    bytes = [22, 3, 1] + ClientHello.sized([1, 0] + ClientHello.sized(body))
  }

  /// The random of a ServerHello that asks to try again: RFC 8446 section 4.1.3.
  static let retryRandom: [UInt8] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11,
    0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
  ]

  private static func wide(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
  private static func sized(_ bytes: [UInt8]) -> [UInt8] { wide(UInt16(bytes.count)) + bytes }
  private static func part(_ kind: UInt16, _ bytes: [UInt8]) -> [UInt8] { wide(kind) + sized(bytes) }
}
