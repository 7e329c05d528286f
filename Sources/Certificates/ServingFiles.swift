package import TLS
package import Transport

/// The files of a serving certificate.
package struct ServingFiles: Hashable, Sendable {
  /// The certificate chain as PEM, the serving certificate first.
  package let certificate: String
  /// The key as PEM, not encrypted.
  package let key: String
  /// The authorities that clients' certificates must come from, as PEM; `nil` if clients need no certificate.
  package let clientAuthority: String?

  /// The paths of the files.
  package init(certificate: String, key: String, clientAuthority: String? = nil) {
    (self.certificate, self.key, self.clientAuthority) = (certificate, key, clientAuthority)
  }

  /// The directories of the files.
  package var directories: Set<String> { Set([certificate, key, clientAuthority].compactMap { $0?.directory }) }

  /// Reads the files.
  ///
  /// - Throws: `SystemError` naming the file.
  package func read() throws(SystemError) -> ServingMaterial {
    ServingMaterial(
      certificate: try NamedPEM(file: certificate), key: try NamedPEM(file: key),
      clientAuthority: try clientAuthority.map { path throws(SystemError) in try NamedPEM(file: path) })
  }

  /// The paths of the files, for an error.
  package var names: String { [certificate, key, clientAuthority].compactMap { $0 }.joined(separator: ", ") }
}

extension NamedPEM {
  /// Reads a file, which must be a regular one of at most a megabyte.
  ///
  /// - Throws: `SystemError` naming the file.
  package init(file path: String) throws(SystemError) { self.init(try WholeFile.readRegular(path), named: path) }
}

extension ServingCertificate {
  /// A certificate that is served from the start.
  ///
  /// - Throws: `ServingCertificateError` naming the file that cannot be used, or both if they do not belong together.
  package convenience init(
    _ files: ServingFiles, clientNames: [String] = [], protocols: [String]
  ) throws(ServingCertificateError) {
    self.init(clientNames: clientNames, protocols: protocols)
    let material: ServingMaterial
    do throws(SystemError) { material = try files.read() } catch { throw .file(error) }
    do throws(TLSError) { try take(material) } catch { throw .tls(error) }
  }

  /// Reads the files again, and serves with them if they have changed and are good.
  ///
  /// - Parameter second: the seconds since 1970.
  package func look(at files: ServingFiles, second: Int) -> Look {
    let material: ServingMaterial
    do throws(SystemError) { material = try files.read() } catch { return .refused("\(error)") }
    return look(at: material, second: second)
  }
}

/// Why files cannot be served with.
package enum ServingCertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  case file(SystemError)
  case tls(TLSError)

  /// One line for a person.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .tls(let error): error.description
    }
  }
}

extension String {
  /// The directory of a path, or `.` if it names none.
  fileprivate var directory: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}
