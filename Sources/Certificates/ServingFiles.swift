public import TLS
public import Transport

/// The files that a serving certificate is made from.
public struct ServingFiles: Hashable, Sendable {
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

  /// What they hold now.
  ///
  /// - Throws: `SystemError` naming the file.
  public func read() throws(SystemError) -> ServingMaterial {
    ServingMaterial(
      certificate: try NamedPEM(file: certificate), key: try NamedPEM(file: key),
      clientAuthority: try clientAuthority.map { path throws(SystemError) in try NamedPEM(file: path) })
  }

  /// The files' paths, for an error.
  public var names: String { [certificate, key, clientAuthority].compactMap { $0 }.joined(separator: ", ") }
}

extension NamedPEM {
  /// What a file holds, which must be a regular one of at most a megabyte.
  ///
  /// - Throws: `SystemError` naming the file.
  public init(file path: String) throws(SystemError) { self.init(try WholeFile.readRegular(path), named: path) }
}

extension ServingCertificate {
  /// A certificate that is there from the start.
  ///
  /// - Throws: `ServingCertificateError` naming the file that cannot be used, or both where they do not belong together.
  public convenience init(
    _ files: ServingFiles, clientNames: [String] = [], protocols: [String]
  ) throws(ServingCertificateError) {
    self.init(clientNames: clientNames, protocols: protocols)
    let material: ServingMaterial
    do throws(SystemError) { material = try files.read() } catch { throw .file(error) }
    do throws(TLSError) { try take(material) } catch { throw .tls(error) }
  }

  /// Looks whether files have changed, and takes them if they are good.
  ///
  /// - Parameter second: the time, since 1970.
  public func look(at files: ServingFiles, second: Int) -> Look {
    let material: ServingMaterial
    do throws(SystemError) { material = try files.read() } catch { return .refused("\(error)") }
    return look(at: material, second: second)
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
