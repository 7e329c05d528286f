internal import ArgumentParser
internal import Certificates
internal import Kubernetes
internal import TLS

/// Where the serving certificate comes from.
struct CertificateFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the serving certificate comes from: files, or self-managed for one that is made, kept in a Secret and put into caBundles. (default: files)",
      valueName: "source"))
  var certificates: String?

  @Option(
    help: ArgumentHelp("The Secret of self-managed certificates. (default: raymesh-certificates)", valueName: "name"))
  var certificateSecret: String?

  @Option(
    help: ArgumentHelp(
      "The MutatingWebhookConfiguration whose caBundles are kept with self-managed certificates. (default: raymesh)",
      valueName: "name"))
  var webhookConfiguration: String?

  @Option(
    help: ArgumentHelp(
      "The Service that API servers ask, for whose names self-managed certificates are. (default: raymesh)",
      valueName: "name"))
  var service: String?

  /// Where a serving certificate may come from.
  enum Source: String, CaseIterable {
    case files
    case selfManaged = "self-managed"
  }

  var isSelfManaged: Bool {
    get throws { try ServerFlags.choice(certificates, flag: "certificates", otherwise: Source.files) == .selfManaged }
  }

  /// - Throws: `ValidationError` naming a flag that is for the other source.
  func check(_ server: ServerFlags) throws {
    if try isSelfManaged {
      guard let (flag, value) = server.files.first else { return }
      throw ValidationError("--\(flag): found '\(value)' with --certificates self-managed, which makes its own")
    }
    let own = [
      ("certificate-secret", certificateSecret), ("webhook-configuration", webhookConfiguration), ("service", service),
    ]
    guard let (flag, value) = Setting.given(own).first else { return }
    throw ValidationError("--\(flag): found '\(value)' without --certificates self-managed, which is what it is for")
  }

  /// What the keeper of self-managed certificates is told.
  ///
  /// - Throws: `ValidationError` where the Service's name makes no DNS name.
  func settings(in namespace: String, domain: String, clientAuthority: String?) throws -> CertificateKeeper.Settings {
    let name = Setting.text(service, flag: "service") ?? "raymesh"
    let hosts = try ["\(name).\(namespace).svc", "\(name).\(namespace).svc.\(domain)"].map { text in
      guard let host = CertificateHost(text) else {
        throw ValidationError("--service: found '\(name)', expected a name of which '\(text)' is a DNS name")
      }
      return host
    }
    return CertificateKeeper.Settings(
      secret: ObjectKey(
        namespace: namespace,
        name: Setting.text(certificateSecret, flag: "certificate-secret") ?? "raymesh-certificates"),
      configuration: Setting.text(webhookConfiguration, flag: "webhook-configuration") ?? "raymesh", hosts: hosts,
      clientAuthority: clientAuthority)
  }
}
