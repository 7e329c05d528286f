internal import Dates
internal import TLS

/// Whether the serving certificate is good, and for how long.
enum CertificateCheck {
  /// cert-manager renews the shipped certificate 30 days before its end; what is nearer has been missed.
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
            .certificate, .failure, subject, "tls.crt holds no certificate that can be read: \(error)",
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
          fix: "raymesh certificates --host \(host) …, or dnsNames of the Certificate"))
    }
    let end = UTCTime(secondsSince1970: facts.notAfter).rfc3339
    let days = (facts.notAfter - second) / 86_400
    if let problem = facts.problem(at: second) {
      findings.append(Finding(.certificate, .failure, subject, problem, fix: "renew it: \(AuthorityCheck.fix)"))
    } else if days < near {
      findings.append(
        Finding(
          .certificate, .warning, subject, "ends in \(days) days, at \(end)", fix: "renew it: \(AuthorityCheck.fix)"))
    }
    let isGood = Finding(.certificate, .ok, subject, "valid until \(end), for \(facts.names)")
    return findings.isEmpty ? [isGood] : findings
  }

  /// Who cannot read Secrets need not, where the API server has just talked to Raymesh.
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
        .certificate, .notice, "Secret raymesh-tls", "there is none: the certificate comes from elsewhere")
    }
    let subject = "Secret \(sources.flatMap(\.secrets).joined(separator: ", "))"
    switch source {
    case .mounted:
      return Finding(
        .certificate, .failure, subject, "there is none, and the pods mount it: they do not start",
        fix: AuthorityCheck.fix)
    case .own:
      return Finding(
        .certificate, .failure, subject, "there is none, and Raymesh, which makes it, serves nothing without",
        fix: "see its log, which says why: kubectl -n \(seen.system) logs -l app.kubernetes.io/name=raymesh")
    }
  }
}

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
