internal import COpenSSL

/// One TLS connection without any I/O: ciphertext is fed in and drained out, plaintext is read and written.
///
/// It stays with one task. OpenSSL works on memory alone, so a whole handshake can be tested without sockets.
@safe public final class TLSSession {
  private let session: OpaquePointer
  private let wire = TLSWire()
  private let context: TLSContext

  /// How far an operation has come.
  public enum Progress<Value> {
    /// More ciphertext is needed.
    case incomplete
    case complete(Value)
    case failed(TLSError)
  }

  /// Whom a session plays.
  public enum Role: Hashable, Sendable {
    case server
    /// A client of the host, whose certificate must carry that name or address.
    case client(host: String)
  }

  /// A session before its handshake.
  ///
  /// - Throws: `TLSError` if OpenSSL has no memory, or the host is no name that a certificate can carry.
  public convenience init(_ context: TLSContext, as role: Role) throws(TLSError) {
    OpenSSL.clearErrors()
    guard let session = unsafe context.makeSession() else { throw TLSError("start a TLS session") }
    unsafe self.init(context, session)
    guard let bio = unsafe wire.makeBIO() else { throw TLSError("start a TLS session") }
    unsafe SSL_set_bio(session, bio, bio)
    switch role {
    case .server: unsafe SSL_set_accept_state(session)
    case .client(let host):
      unsafe SSL_set_connect_state(session)
      try expect(host)
    }
  }

  private init(_ context: TLSContext, _ session: OpaquePointer) {
    self.context = context
    unsafe self.session = session
  }

  deinit { unsafe SSL_free(session) }

  /// Takes ciphertext from the peer.
  public func receive(_ ciphertext: UnsafeRawBufferPointer) { unsafe wire.receive(ciphertext) }

  /// Takes the ciphertext for the peer, perhaps none.
  public func takeOutput() -> [UInt8] { wire.takeOutput() }

  /// Takes back the room of output that has been sent.
  public func giveBack(_ room: consuming [UInt8]) { wire.giveBack(room) }

  /// Goes on with the handshake; what it has to say is drained afterwards, even if it failed.
  public func handshake() -> Progress<Void> {
    OpenSSL.clearErrors()
    let result = unsafe SSL_do_handshake(session)
    if result == 1 { return .complete(()) }
    switch unsafe SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .incomplete
    default: return .failed(failure(of: "TLS handshake"))
    }
  }

  /// Adds plaintext to `input`, at most one record; a count of 0 is the peer's orderly end.
  public func read(into input: inout [UInt8]) -> Progress<Int> {
    guard mayRead else { return .incomplete }
    var count = 0
    var result: CInt = 0
    OpenSSL.clearErrors()
    input.append(addingCapacity: mostToRead) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, initialized in
        result = unsafe SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        initialized = result == 1 ? count : 0
      }
    }
    if result == 1 { return .complete(count) }
    switch unsafe SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .incomplete
    case SSL_ERROR_ZERO_RETURN: return .complete(0)
    default: return .failed(TLSError("TLS read"))
    }
  }

  /// Whether there is anything to read, or the peer has ended. This check is cheap, and reading nothing is not.
  private var mayRead: Bool {
    unsafe wire.incomingCount > 0 || SSL_has_pending(session) == 1 || SSL_get_shutdown(session) != 0
  }

  /// Whether ciphertext has come that is no whole record yet.
  public var holdsPartOfRecord: Bool { unsafe SSL_has_pending(session) == 1 }

  /// Room for what can be read of what is there, as a record is longer than what it holds. Never none: OpenSSL would
  /// not tell that from an end.
  private var mostToRead: Int {
    holdsPartOfRecord ? TLSSession.record : max(1, min(wire.incomingCount, TLSSession.record))
  }

  /// The most plaintext that a record holds (RFC 8446 section 5.1).
  private static let record = 16384

  /// Encrypts plaintext, all of it.
  public func write(_ plaintext: [UInt8]) -> Progress<Void> {
    var count = 0
    guard !plaintext.isEmpty else { return .complete(()) }
    OpenSSL.clearErrors()
    let result = unsafe SSL_write_ex(session, plaintext, plaintext.count, &count)
    return result == 1 ? .complete(()) : .failed(TLSError("TLS write"))
  }

  /// Tells the peer that nothing more comes (RFC 8446 section 6.1).
  public func finishWriting() {
    OpenSSL.clearErrors()
    _ = unsafe SSL_shutdown(session)
    OpenSSL.clearErrors()
  }

  /// The protocol that ALPN agreed on, or `nil` if there was no such talk.
  public var negotiatedProtocol: String? {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    unsafe SSL_get0_alpn_selected(session, &name, &count)
    guard count > 0 else { return nil }
    return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
  }

  /// `TLSv1.3` or `TLSv1.2`.
  public var version: String { unsafe String(cString: SSL_get_version(session)) }

  /// OpenSSL's verdict on the peer's certificate, if it has one, says more than its error queue.
  private func failure(of operation: String) -> TLSError {
    let error = TLSError(operation)
    let verdict = unsafe SSL_get_verify_result(session)
    guard verdict != X509_V_OK, let text = unsafe X509_verify_cert_error_string(verdict) else { return error }
    return TLSError(operation, reasons: error.reasons + [unsafe String(cString: text)], error.failure)
  }

  private func expect(_ host: String) throws(TLSError) {
    let parameters = unsafe SSL_get0_param(session)
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1 { return }
    OpenSSL.clearErrors()
    guard unsafe SSL_set1_host(session, host) == 1, unsafe copenssl_set_server_name(session, host) == 1 else {
      throw TLSError("expect a certificate for \(host)")
    }
  }
}
