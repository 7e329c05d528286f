internal import Dates
internal import TLS

/// Checks that the serving certificate is valid, and for how long.
enum CertificateCheck {
  /// Fewer days than this mean a missed renewal: cert-manager renews the shipped certificate 30 days before it expires.
  static let near = 14

  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.secret {
    case .hidden(let gap): return [hidden(gap, seen.trial)]
    case .absent: return [absent(seen)]
    case .there(let secret):
      let subject = "Secret \(secret.namespace)/\(secret.name)"
      do throws(TLSError) {
        let chain = try Certificate.all(in: secret.chain, named: "tls.crt")
        return chain.first.map { findings(subject, $0, hosts(seen), at: seen.second) } ?? []
      } catch {
        return [
          Finding(
            .certificate, .failure, subject, "tls.crt contains no readable certificate: \(error)",
            fix: AuthorityCheck.fix)
        ]
      }
    }
  }

  private static func hosts(_ seen: Observation) -> Set<String> {
    let stated = Set((seen.configuration.value?.entries ?? []).map(\.target.host))
    return stated.isEmpty ? ["raymesh.\(seen.system).svc"] : stated
  }

  private static func findings(
    _ subject: String, _ certificate: Certificate, _ hosts: Set<String>, at second: Int
  ) -> [Finding] {
    let facts = certificate.facts
    var findings: [Finding] = []
    for host in hosts.sorted() where CertificateHost(host).map({ !certificate.names($0) }) ?? true {
      findings.append(
        Finding(
          .certificate, .failure, subject, "is for \(facts.names), expected DNS:\(host)",
          fix: "raymesh certificates --host \(host) …; with cert-manager, dnsNames of the Certificate"))
    }
    let end = UTCTime(secondsSince1970: facts.notAfter).rfc3339
    let days = (facts.notAfter - second) / 86_400
    if let problem = facts.problem(at: second) {
      findings.append(Finding(.certificate, .failure, subject, problem, fix: "renew it: \(AuthorityCheck.fix)"))
    } else if days < near {
      findings.append(
        Finding(
          .certificate, .warning, subject, "expires in \(days) days, at \(end)", fix: "renew it: \(AuthorityCheck.fix)")
      )
    }
    let isGood = Finding(.certificate, .ok, subject, "valid until \(end), for \(facts.names)")
    return findings.isEmpty ? [isGood] : findings
  }

  /// Reports a Secret that cannot be read. It matters less if the dry run has shown that the certificate is trusted.
  private static func hidden(_ gap: Gap, _ trial: Trial.Outcome) -> Finding {
    if case .tried(_, .answered(let cluster)) = trial, Trial.isManaged(cluster) {
      return gap.finding(.certificate, .notice)
    }
    return gap.finding(.certificate)
  }

  private static func absent(_ seen: Observation) -> Finding {
    let sources = (seen.deployments.value ?? []).map(\.certificate).filter { !$0.secrets.isEmpty }
    guard let source = sources.first else {
      return Finding(
        .certificate, .notice, "Secret raymesh-tls", "not found: the certificate comes from another source")
    }
    let subject = "Secret \(sources.flatMap(\.secrets).joined(separator: ", "))"
    switch source {
    case .mounted:
      return Finding(
        .certificate, .failure, subject, "not found, and the pods mount it, so they cannot start",
        fix: AuthorityCheck.fix)
    case .own:
      return Finding(
        .certificate, .failure, subject, "not found: Raymesh creates it, and cannot serve without it",
        fix: "check its log: kubectl -n \(seen.system) logs -l app.kubernetes.io/name=raymesh")
    }
  }
}

/// Checks that the API server trusts the CA of the serving certificate.
enum AuthorityCheck {
  static let fix =
    "own-authority: apply the overlay again; cert-manager: check that cainjector runs, and the annotation "
    + "cert-manager.io/inject-ca-from; self-managed certificates: check the log of the leading replica"

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
        .authority, .failure, subject, "is empty: the API server trusts only its own CAs", fix: fix)
    }
    let authorities: [Certificate]
    do throws(TLSError) { authorities = try Certificate.all(in: bundle, named: "caBundle") } catch {
      return Finding(.authority, .failure, subject, "contains no readable certificate: \(error)", fix: fix)
    }
    guard let secret, let chain = try? Certificate.all(in: secret.chain, named: secret.name) else {
      return Finding(
        .authority, .ok, subject, "\(authorities.counted); there is no serving certificate to verify")
    }
    return finding(subject, authorities, chain, of: secret, host: host, at: second)
  }

  private static func finding(
    _ subject: String, _ authorities: [Certificate], _ chain: [Certificate], of secret: ServingSecret, host: String,
    at second: Int
  ) -> Finding {
    guard let name = CertificateHost(host) else {
      return Finding(.authority, .failure, subject, "\(host) is not a valid host name for a certificate", fix: fix)
    }
    let why: String?
    do throws(TLSError) {
      why = try chain.first?.problem(
        trusting: authorities, by: Array(chain.dropFirst()), host: name, at: second)
    } catch { why = error.description }
    guard let why else {
      return Finding(
        .authority, .ok, subject, "\(authorities.counted); the certificate of Secret \(secret.name) is verified")
    }
    return Finding(
      .authority, .failure, subject, "does not verify the certificate of Secret \(secret.name) for \(host): \(why)",
      fix: fix)
  }
}

extension [Certificate] {
  fileprivate var counted: String { count == 1 ? "one trusted CA" : "\(count) trusted CAs" }
}
