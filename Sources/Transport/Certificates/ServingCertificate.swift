internal import Synchronization

/// A server's side of TLS, made from files and made anew when they change.
///
/// A pair is taken as a whole or not at all: where the new files do not belong together, or cannot be read, the old
/// pair goes on serving. Connections that stand are not touched.
public final class ServingCertificate: Sendable {
  /// Where it comes from.
  public struct Files: Hashable, Sendable {
    /// The certificate chain as PEM, the serving certificate first.
    public let certificate: String
    /// Its key as PEM, not encrypted.
    public let key: String
    /// The authorities that clients' certificates must come from, as PEM; `nil` where clients need none.
    public let clientAuthority: String?

    /// The files' paths.
    public init(certificate: String, key: String, clientAuthority: String? = nil) {
      (self.certificate, self.key, self.clientAuthority) = (certificate, key, clientAuthority)
    }

    /// The directories that hold them.
    public var directories: Set<String> { Set([certificate, key, clientAuthority].compactMap { $0?.directory }) }

    func read() throws(SystemError) -> [[UInt8]] {
      var contents = [try WholeFile.read(certificate), try WholeFile.read(key)]
      if let clientAuthority { contents.append(try WholeFile.read(clientAuthority)) }
      return contents
    }
  }

  /// What came of looking at the files again.
  public enum Look: Sendable {
    case unchanged
    /// The new pair serves from now on.
    case replaced(CertificateFacts)
    /// The old pair goes on, and why.
    case refused(String)
  }

  private struct State {
    var contents: [[UInt8]]
    var context: TLSContext
    var facts: CertificateFacts
  }

  private let files: Files
  private let clientNames: [String]
  private let protocols: [String]
  private let state: Mutex<State>

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - clientNames: the names of which a client's certificate must carry one; none means any.
  ///   - protocols: what ALPN may choose from, the most wanted first.
  /// - Throws: `ServingCertificateError` naming the file that cannot be used, or both where they do not belong together.
  public init(
    _ files: Files, clientNames: [String] = [], protocols: [String]
  ) throws(ServingCertificateError) {
    self.files = files
    self.clientNames = clientNames
    self.protocols = protocols
    let contents: [[UInt8]]
    do throws(SystemError) { contents = try files.read() } catch { throw .file(error) }
    state = Mutex(try ServingCertificate.load(contents, of: files, clientNames, protocols))
  }

  /// What connections that begin now are served with.
  public var context: TLSContext { state.withLock(\.context) }

  /// What the serving certificate says of itself.
  public var facts: CertificateFacts { state.withLock(\.facts) }

  /// Looks whether the files have changed, and takes them where they are good.
  public func look() -> Look {
    let contents: [[UInt8]]
    do throws(SystemError) { contents = try files.read() } catch { return .refused("\(error)") }
    guard contents != state.withLock(\.contents) else { return .unchanged }
    do throws(ServingCertificateError) {
      let new = try ServingCertificate.load(contents, of: files, clientNames, protocols)
      state.withLock { $0 = new }
      return .replaced(new.facts)
    } catch { return .refused("\(error)") }
  }

  private static func load(
    _ contents: [[UInt8]], of files: Files, _ clientNames: [String], _ protocols: [String]
  ) throws(ServingCertificateError) -> State {
    do throws(TLSError) {
      let chain = try Certificate.all(in: contents[0], named: files.certificate)
      let key = try PrivateKey(pem: contents[1], named: files.key)
      var clients: ClientTrust?
      if let name = files.clientAuthority {
        clients = ClientTrust(authorities: try Certificate.all(in: contents[2], named: name), names: clientNames)
      }
      let identity: Identity
      do throws(TLSError) { identity = try Identity(chain: chain, key: key) } catch {
        throw TLSError("\(files.certificate) and \(files.key): \(error.operation)", reasons: error.reasons)
      }
      let context = try TLSContext(server: identity, clients: clients, protocols: protocols)
      return State(contents: contents, context: context, facts: chain[0].facts)
    } catch { throw .tls(error) }
  }
}

/// Why files make no server's side of TLS.
public enum ServingCertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  case file(SystemError)
  case tls(TLSError)

  /// One line for a person.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .tls(let error): error.description
    }
  }
}

extension String {
  /// The directory of a path, `.` where it names none.
  fileprivate var directory: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}
