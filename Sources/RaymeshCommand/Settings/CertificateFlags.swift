internal import ArgumentParser
internal import Certificates
internal import Kubernetes
internal import TLS

/// The flags for the source of the serving certificate.
struct CertificateFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The source of the serving certificate: files, or self-managed to create it, keep it in a Secret and write its CA to caBundle. (default: files)",
      valueName: "source"))
  var certificates: String?

  @Option(
    help: ArgumentHelp(
      "The name of the Secret for self-managed certificates. (default: raymesh-certificates)", valueName: "name"))
  var certificateSecret: String?

  @Option(
    help: ArgumentHelp(
      "The MutatingWebhookConfiguration whose caBundle is updated for self-managed certificates. (default: raymesh)",
      valueName: "name"))
  var webhookConfiguration: String?

  @Option(
    help: ArgumentHelp(
      "The Service that API servers call: self-managed certificates are issued for its DNS names. (default: raymesh)",
      valueName: "name"))
  var service: String?

  /// The sources of a serving certificate.
  enum Source: String, CaseIterable {
    case files
    case selfManaged = "self-managed"
  }

  var isSelfManaged: Bool {
    get throws { try ServerFlags.choice(certificates, flag: "certificates", otherwise: Source.files) == .selfManaged }
  }

  /// Checks that no flag of the other source is given.
  ///
  /// - Throws: `ValidationError` naming such a flag.
  func check(_ server: ServerFlags) throws {
    if try isSelfManaged {
      guard let (flag, value) = server.files.first else { return }
      throw ValidationError(
        "--\(flag): found '\(value)' with --certificates self-managed, which creates the certificate")
    }
    let own = [
      ("certificate-secret", certificateSecret), ("webhook-configuration", webhookConfiguration), ("service", service),
    ]
    guard let (flag, value) = Setting.given(own).first else { return }
    throw ValidationError("--\(flag): found '\(value)' without --certificates self-managed, which it requires")
  }

  /// Returns the settings of self-managed certificates.
  ///
  /// - Throws: `ValidationError` if the Service's name does not make a DNS name.
  func settings(in namespace: String, domain: String, clientAuthority: String?) throws -> CertificateKeeper.Settings {
    let name = Setting.text(service, flag: "service") ?? "raymesh"
    let hosts = try ["\(name).\(namespace).svc", "\(name).\(namespace).svc.\(domain)"].map { text in
      guard let host = CertificateHost(text) else {
        throw ValidationError("--service: found '\(name)', expected a Service name, so that '\(text)' is a DNS name")
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
