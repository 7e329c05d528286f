internal import TLS

/// Whether the API server trusts whom the serving certificate is from.
enum AuthorityCheck {
  static let fix =
    "own-authority: apply the overlay again; cert-manager: see whether its cainjector runs, and the annotation "
    + "cert-manager.io/inject-ca-from; Raymesh's own certificates: see the log of the replica that leads"

  static func findings(_ seen: Observation) -> [Finding] {
    guard let configuration = seen.configuration.value, !configuration.entries.isEmpty else { return [] }
    var findings: [Finding] = []
    let groups = Dictionary(grouping: configuration.entries) { Key(bundle: $0.bundle, host: $0.target.host) }
    for (key, entries) in groups.sorted(by: { ($0.value[0].name) < ($1.value[0].name) }) {
      let all = entries.count == configuration.entries.count
      let subject = all ? "caBundle of all webhooks" : "caBundle of \(entries.map(\.name).joined(separator: ", "))"
      let host = key.host
      findings.append(finding(subject, key.bundle, secret: seen.secret.value, host: host, at: seen.second))
    }
    return findings
  }

  private struct Key: Hashable {
    let bundle: [UInt8]
    let host: String
  }

  private static func finding(
    _ subject: String, _ bundle: [UInt8], secret: ServingSecret?, host: String, at second: Int
  ) -> Finding {
    guard !bundle.isEmpty else {
      return Finding(
        .authority, .failure, subject, "empty: the API server trusts only its own authorities there", fix: fix)
    }
    let authorities: [Certificate]
    do throws(TLSError) { authorities = try Certificate.all(in: bundle, named: "caBundle") } catch {
      return Finding(.authority, .failure, subject, "no certificate can be read: \(error)", fix: fix)
    }
    guard let secret, let chain = try? Certificate.all(in: secret.chain, named: secret.name) else {
      return Finding(
        .authority, .ok, subject, "\(authorities.counted); there is no serving certificate to hold against it")
    }
    return finding(subject, authorities, chain, of: secret, host: host, at: second)
  }

  private static func finding(
    _ subject: String, _ authorities: [Certificate], _ chain: [Certificate], of secret: ServingSecret, host: String,
    at second: Int
  ) -> Finding {
    guard let name = CertificateHost(host) else {
      return Finding(.authority, .failure, subject, "\(host) is no name that a certificate may be for", fix: fix)
    }
    let why: String?
    do throws(TLSError) {
      why = try chain.first?.problem(
        trusting: authorities, by: Array(chain.dropFirst()), host: name, at: second)
    } catch { why = error.description }
    guard let why else {
      return Finding(.authority, .ok, subject, "\(authorities.counted), which vouches for Secret \(secret.name)")
    }
    return Finding(
      .authority, .failure, subject, "does not vouch for the certificate of Secret \(secret.name) as \(host): \(why)",
      fix: fix)
  }
}

extension [Certificate] {
  fileprivate var counted: String { count == 1 ? "one authority" : "\(count) authorities" }
}
