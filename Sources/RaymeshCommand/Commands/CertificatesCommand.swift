internal import ArgumentParser
internal import TLS

/// `raymesh certificates`: an authority and a serving certificate, for a first installation or a local run.
struct CertificatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificates",
    abstract: "Makes a certificate authority and a serving certificate.",
    discussion: """
      Writes ca.crt, ca.key, tls.crt and tls.key (ECDSA P-256, PEM; keys readable by their owner only). Where the \
      directory holds an authority already it is kept, so whoever trusts it goes on trusting it, and only the serving \
      pair is new.

      Example: for the webhook's Service in a cluster
        raymesh certificates --host raymesh.raymesh-system.svc --directory certs
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("DNS names and IP addresses that the certificate is for.", valueName: "name"))
  var host: [String]

  @Option(
    help: ArgumentHelp("Where the files go; made where it does not exist.", valueName: "path"),
    completion: .directory)
  var directory: String

  @Option(help: ArgumentHelp("How long the serving certificate is valid; the authority, ten years.", valueName: "days"))
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
