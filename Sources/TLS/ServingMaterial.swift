/// What a server's side of TLS is made of, before anybody has looked at it.
public struct ServingMaterial: Hashable, Sendable {
  /// The certificate chain, the serving certificate first.
  public let certificate: NamedPEM
  /// Its key, not encrypted.
  public let key: NamedPEM
  /// The authorities that clients' certificates must come from; `nil` where clients need none.
  public let clientAuthority: NamedPEM?

  /// All of it.
  public init(certificate: NamedPEM, key: NamedPEM, clientAuthority: NamedPEM? = nil) {
    (self.certificate, self.key, self.clientAuthority) = (certificate, key, clientAuthority)
  }
}

/// PEM text, and what to call it in an error. It may be a secret, so no text has its bytes.
public struct NamedPEM: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  let bytes: [UInt8]
  let name: String

  /// A text.
  ///
  /// - Parameter name: a file's name for one.
  public init(_ bytes: [UInt8], named name: String) { (self.bytes, self.name) = (bytes, name) }

  /// The certificates in it, at least one.
  ///
  /// - Throws: `TLSError` where there is none, or one that cannot be read.
  public func certificates() throws(TLSError) -> [Certificate] { try Certificate.all(in: bytes, named: name) }

  /// The key in it.
  ///
  /// - Throws: `TLSError` where there is none that can be read.
  public func privateKey() throws(TLSError) -> PrivateKey { try PrivateKey(pem: bytes, named: name) }

  /// Its name, and never its bytes.
  public var description: String { name }
  /// Its name, and never its bytes.
  public var debugDescription: String { name }
}
