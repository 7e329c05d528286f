internal import HTTP
internal import Names
internal import TLS
package import Transport

/// How to reach an API server: its address, the authorities to trust, and the credentials to show.
package struct ClusterAccess: Hashable, Sendable {
  /// Where the server listens.
  package let endpoint: Endpoint
  /// The path in front of every path, empty for most servers. A proxy in front of several clusters may need one.
  package let prefix: String
  /// The name that the server's certificate must have, if it is not the endpoint's host.
  package let serverName: String?
  /// The TLS settings; `nil` for plain HTTP.
  package let security: Security?
  /// The bearer token, which may come beside a certificate.
  package let token: Material?
  /// The default namespace.
  package let namespace: String?

  /// The authorities to trust, and the certificate to show.
  package struct Security: Hashable, Sendable {
    /// The authorities' certificates as PEM.
    package let authority: Material
    /// The client's certificate and its key as PEM.
    package let client: Pair?
  }

  /// A certificate and its key.
  package struct Pair: Hashable, Sendable {
    /// The certificate, and those up to its authority.
    package let certificate: Material
    /// The key, not encrypted.
    package let key: Material
  }

  /// Access to a server over plain HTTP without credentials, such as `kubectl proxy`.
  package init(plain endpoint: Endpoint) {
    self.init(endpoint: endpoint, prefix: "", serverName: nil, security: nil, token: nil, namespace: nil)
  }

  init(
    endpoint: Endpoint, prefix: String, serverName: String?, security: Security?, token: Material?, namespace: String?
  ) {
    (self.endpoint, self.prefix, self.serverName) = (endpoint, prefix, serverName)
    (self.security, self.token, self.namespace) = (security, token, namespace)
  }

  /// Whether any credential is in a file.
  var isInFiles: Bool {
    let client = security?.client
    return [security?.authority, client?.certificate, client?.key, token].contains { material in
      if case .file? = material { true } else { false }
    }
  }

  /// Returns a context for one connection. It reads the files again, since the kubelet replaces them now and then.
  func context() throws(AccessError) -> TLSContext? {
    guard let security else { return nil }
    do {
      let authorities = try Certificate.all(in: security.authority.bytes(), named: security.authority.name)
      let identity = try security.client.map { pair in
        try Identity(
          chain: Certificate.all(in: pair.certificate.bytes(), named: pair.certificate.name),
          key: PrivateKey(pem: pair.key.bytes(), named: pair.key.name))
      }
      return try TLSContext(trusting: authorities, showing: identity, protocols: HTTPClient.protocols)
    } catch let error as AccessError { throw error } catch { throw AccessError("\(error)") }
  }

  /// Returns the current token.
  func bearer() throws(AccessError) -> String? {
    guard let token else { return nil }
    let text = String(decoding: try token.bytes(), as: UTF8.self)
    let word = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    guard !word.isEmpty, word.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw AccessError("\(token.name): found no token")
    }
    return word
  }
}

/// Bytes in memory, or in a file that may be replaced. They may be a secret, so no text contains them.
package enum Material: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  case file(String)
  /// Bytes, and the name for them in an error.
  case inline([UInt8], named: String)

  /// The name, and never the bytes.
  package var description: String { name }
  /// The name, and never the bytes.
  package var debugDescription: String { name }

  /// The name for an error.
  var name: String {
    switch self {
    case .file(let path): path
    case .inline(_, let name): name
    }
  }

  /// Returns the current bytes.
  func bytes() throws(AccessError) -> [UInt8] {
    switch self {
    case .inline(let bytes, _): return bytes
    case .file(let path):
      do throws(SystemError) { return try WholeFile.readRegular(path) } catch { throw AccessError(error.description) }
    }
  }
}

/// Why an API server cannot be reached with these settings.
package struct AccessError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line for a person.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// The address of an API server as a kubeconfig has it: `https://host:port/prefix`.
struct ServerAddress {
  let text: String
  let isSecure: Bool
  let endpoint: Endpoint
  /// The path, without a slash at the end.
  let prefix: String

  init(_ text: String) throws(AccessError) {
    let scheme = ["https://", "http://"].first { text.lowercased().hasPrefix($0) }
    guard let scheme else { throw AccessError("server: found '\(text)', expected https://host:port") }
    let rest = text.dropFirst(scheme.count)
    let place = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var path = rest[place.endIndex...]
    while path.hasSuffix("/") { path.removeLast() }
    isSecure = scheme == "https://"
    let port = isSecure ? 443 : 80
    guard let endpoint = Endpoint(String(place)) ?? Endpoint("\(place):\(port)"), !endpoint.host.isEmpty,
      !path.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace })
    else { throw AccessError("server: found '\(text)', expected https://host:port") }
    (self.text, self.endpoint, prefix) = (text, endpoint, String(path))
  }
}

extension ClusterAccess {
  /// Returns the access of a pod to its own cluster, with its service account.
  ///
  /// - Parameter environment: returns the value of a variable, or `nil` if it is not set.
  /// - Throws: `AccessError` if this is not a pod, or a pod without a token.
  package static func inCluster(
    environment: (String) -> String?, folder: String = WellKnown.serviceAccountFolder
  ) throws(AccessError) -> ClusterAccess {
    guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
      let port = environment("KUBERNETES_SERVICE_PORT").flatMap({ UInt16($0) })
    else {
      throw AccessError(
        "found no KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, expected a pod, or --kubeconfig")
    }
    let (authority, token) = (Material.file("\(folder)/ca.crt"), Material.file("\(folder)/token"))
    for material in [authority, token] { _ = try material.bytes() }
    let namespace = try? Material.file("\(folder)/namespace").bytes()
    return ClusterAccess(
      // An IPv6 address comes without brackets, as an endpoint has it.
      endpoint: Endpoint(host: host, port: port), prefix: "", serverName: nil,
      security: Security(authority: authority, client: nil), token: token,
      namespace: namespace.map { String(decoding: $0, as: UTF8.self) })
  }
}
