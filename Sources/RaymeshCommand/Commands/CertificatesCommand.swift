internal import ArgumentParser
internal import Glibc
internal import TLS
internal import Transport

/// `raymesh certificates`: creates a CA and a serving certificate, for a first installation or a local run.
struct CertificatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificates",
    abstract: "Creates a certificate authority and a serving certificate.",
    discussion: """
      Writes ca.crt, ca.key, tls.crt and tls.key (ECDSA P-256, PEM; keys readable only by their owner). If the \
      directory already contains a CA, it is kept, so that clients still trust it, and only the serving key pair is new.

      Example: for the webhook's Service in a cluster
        raymesh certificates --host raymesh.raymesh-system.svc --directory certs
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("DNS names and IP addresses of the certificate.", valueName: "name"))
  var host: [String]

  @Option(
    help: ArgumentHelp("The directory for the files; created if it does not exist.", valueName: "path"),
    completion: .directory)
  var directory: String

  @Option(
    help: ArgumentHelp("How long the serving certificate is valid. The CA is valid for ten years.", valueName: "days"))
  var days = 365

  func validate() throws {
    for name in host where CertificateHost(name) == nil {
      throw ValidationError("--host: found '\(name)', expected a DNS name or an IP address")
    }
    guard (1...3650).contains(days) else {
      throw ValidationError("--days: found '\(days)', expected a number from 1 to 3650")
    }
  }

  func run() throws {
    try refusing {
      let folder = try CertificateFolder(making: directory)
      try folder.issue(by: folder.authority(), to: host.compactMap { CertificateHost($0) }, days: days)
    }
  }
}

/// The folder that `raymesh certificates` writes.
struct CertificateFolder {
  private let path: String

  private static let authorityDays = 3650

  /// - Throws: `SystemError` if it does not exist and cannot be created.
  init(making path: String) throws {
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw SystemError("make directory \(path)", code: errno)
    }
    self.path = path
  }

  /// Returns the existing CA, or creates and writes a new one.
  func authority() throws -> CertificateAuthority {
    let (certificateFile, keyFile) = (file("ca.crt"), file("ca.key"))
    // If the key is kept elsewhere, clients that trust the certificate must not lose it.
    if unsafe access(keyFile, F_OK) == 0 || access(certificateFile, F_OK) == 0 {
      let certificates = try Certificate.all(in: Files.credential(certificateFile), named: certificateFile)
      let key = try PrivateKey(pem: Files.credential(keyFile), named: keyFile)
      guard let certificate = certificates.first else { throw CommandError("\(certificateFile): no certificate") }
      guard certificate.isAuthority else {
        throw CommandError("\(certificateFile): found no CA, expected a certificate with CA:TRUE")
      }
      if let problem = certificate.facts.problem(at: time(nil)) { throw CommandError("\(certificateFile): \(problem)") }
      return try CertificateAuthority(certificate: certificate, key: key)
    }
    let authority = try CertificateAuthority(named: "raymesh", days: CertificateFolder.authorityDays)
    try Files.write(authority.key.pem, to: keyFile, mode: 0o600)
    try Files.write(authority.certificate.pem, to: certificateFile, mode: 0o644)
    return authority
  }

  /// Writes a new serving key pair.
  func issue(by authority: CertificateAuthority, to hosts: [CertificateHost], days: Int) throws {
    let key = try PrivateKey()
    let certificate = try authority.issue(to: hosts, key: key, days: days)
    try Files.write(key.pem, to: file("tls.key"), mode: 0o600)
    try Files.write(certificate.pem, to: file("tls.crt"), mode: 0o644)
  }

  private func file(_ name: String) -> String { "\(path)/\(name)" }
}
