internal import Synchronization

/// A server's side of TLS, which can be replaced while it serves.
///
/// A pair is taken as a whole or not at all. The old pair stays in use if the new one cannot be read or does not belong
/// together, or if only the old certificate is valid now. Established connections are not touched.
public final class ServingCertificate: Sendable {
  /// What came of looking at material again.
  public enum Look: Sendable {
    case unchanged
    /// The new pair serves from now on.
    case replaced(CertificateFacts)
    /// The old pair goes on, and why.
    case refused(String)
  }

  private struct State {
    let source: Source
    let context: TLSContext
    let facts: CertificateFacts
  }

  /// What tells a pair from another one.
  private enum Source: Equatable {
    case text(ServingMaterial)
    /// The fingerprint of a certificate that was parsed already.
    case parsed([UInt8], clientAuthority: NamedPEM?)
  }

  private let clientNames: [String]
  private let protocols: [String]
  private let state = Mutex<State?>(nil)

  /// One that has nothing to serve with yet.
  ///
  /// - Parameters:
  ///   - clientNames: the names of which a client's certificate must carry one; none means any.
  ///   - protocols: what ALPN may choose from, the most wanted first.
  public init(clientNames: [String] = [], protocols: [String]) {
    self.clientNames = clientNames
    self.protocols = protocols
  }

  /// What connections that begin now are served with.
  ///
  /// - Throws: `TLSError` of the kind `noCertificate` if nothing has been taken yet.
  public var context: TLSContext {
    get throws(TLSError) {
      guard let context = state.withLock({ $0?.context }) else {
        throw TLSError("serve TLS", reasons: ["there is no serving certificate yet"], .noCertificate)
      }
      return context
    }
  }

  /// What the serving certificate says of itself; `nil` if there is none yet.
  public var facts: CertificateFacts? { state.withLock { $0?.facts } }

  /// Takes material if it is other than before, and good.
  ///
  /// - Parameter second: the time, since 1970.
  public func look(at material: ServingMaterial, second: Int) -> Look {
    look(at: .text(material), named: material.certificate.description, second) { () throws(TLSError) in
      try make(from: material)
    }
  }

  /// Takes a certificate and its key that are in memory already, if they are others than before, and good.
  ///
  /// - Parameters:
  ///   - clientAuthority: the authorities that clients' certificates must come from; `nil` if clients need none.
  ///   - name: what to call the certificate in a refusal.
  ///   - second: the time, since 1970.
  public func look(
    at certificate: Certificate, key: PrivateKey, clientAuthority: NamedPEM?, named name: String, second: Int
  ) -> Look {
    let source = Source.parsed(certificate.fingerprint, clientAuthority: clientAuthority)
    return look(at: source, named: name, second) { () throws(TLSError) in
      try make(from: source, try Identity(chain: [certificate], key: key), certificate.facts, clientAuthority)
    }
  }

  private func look(
    at source: Source, named name: String, _ second: Int, _ make: () throws(TLSError) -> State
  ) -> Look {
    let old = state.withLock { $0 }
    guard source != old?.source else { return .unchanged }
    do throws(TLSError) {
      let new = try make()
      if let problem = new.facts.problem(at: second), old?.facts.isValid(at: second) == true {
        return .refused("\(name): \(problem)")
      }
      state.withLock { $0 = new }
      return .replaced(new.facts)
    } catch { return .refused("\(error)") }
  }

  /// Serves with material from now on.
  ///
  /// - Throws: `TLSError` naming the text that cannot be used, or both if they do not belong together.
  @discardableResult
  public func take(_ material: ServingMaterial) throws(TLSError) -> CertificateFacts {
    let new = try make(from: material)
    state.withLock { $0 = new }
    return new.facts
  }

  private func make(from material: ServingMaterial) throws(TLSError) -> State {
    let chain = try material.certificate.certificates()
    let key = try material.key.privateKey()
    let identity: Identity
    do throws(TLSError) { identity = try Identity(chain: chain, key: key) } catch {
      throw TLSError("\(material.certificate) and \(material.key): \(error.operation)", reasons: error.reasons)
    }
    return try make(from: .text(material), identity, chain[0].facts, material.clientAuthority)
  }

  private func make(
    from source: Source, _ identity: Identity, _ facts: CertificateFacts, _ clientAuthority: NamedPEM?
  ) throws(TLSError) -> State {
    var clients: ClientTrust?
    if let clientAuthority {
      clients = ClientTrust(authorities: try clientAuthority.certificates(), names: clientNames)
    }
    return State(
      source: source, context: try TLSContext(server: identity, clients: clients, protocols: protocols), facts: facts)
  }
}

/// The certificate, key and authorities that a TLS server is given, not parsed yet.
public struct ServingMaterial: Hashable, Sendable {
  /// The certificate chain, the serving certificate first.
  public let certificate: NamedPEM
  /// Its key, not encrypted.
  public let key: NamedPEM
  /// The authorities that clients' certificates must come from; `nil` if clients need none.
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
  /// - Throws: `TLSError` if there is none, or one that cannot be read.
  public func certificates() throws(TLSError) -> [Certificate] { try Certificate.all(in: bytes, named: name) }

  /// The key in it.
  ///
  /// - Throws: `TLSError` if there is none that can be read.
  public func privateKey() throws(TLSError) -> PrivateKey { try PrivateKey(pem: bytes, named: name) }

  /// Its name, and never its bytes.
  public var description: String { name }
  /// Its name, and never its bytes.
  public var debugDescription: String { name }
}
