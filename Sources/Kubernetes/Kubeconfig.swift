package import JSON

/// A kubeconfig (`k8s.io/client-go/tools/clientcmd/api/v1`) as a JSON value. The caller reads the YAML.
package struct Kubeconfig {
  private let root: JSONValue
  private let folder: String

  /// - Parameter folder: the folder of its file, to which relative paths refer.
  package init(_ root: JSONValue, in folder: String) {
    self.root = root
    self.folder = folder
  }

  /// Returns the access that a context describes, by default the current one.
  ///
  /// - Throws: `AccessError` if something is missing, or is of a kind that Raymesh does not support.
  package func access(context name: String? = nil) throws(AccessError) -> ClusterAccess {
    guard let name = name ?? root["current-context"]?.string, !name.isEmpty else {
      throw AccessError("current-context: found nothing, expected the name of a context")
    }
    let context = try entry(of: "contexts", named: name, under: "context")
    let cluster = try entry(of: "clusters", named: context["cluster"]?.string ?? "", under: "cluster")
    let namespace = context["namespace"]?.string
    guard let user = context["user"]?.string, !user.isEmpty else {
      return try access(cluster, Credentials(), namespace: namespace)
    }
    let credentials = try credentials(of: user, in: entry(of: "users", named: user, under: "user"))
    return try access(cluster, credentials, namespace: namespace)
  }

  /// The client certificate and token of a user.
  private struct Credentials {
    var pair: ClusterAccess.Pair?
    var token: Material?
  }

  private func access(
    _ cluster: JSONValue, _ credentials: Credentials, namespace: String?
  ) throws(AccessError) -> ClusterAccess {
    let server = try ServerAddress(cluster["server"]?.string ?? "")
    guard server.isSecure || (credentials.token == nil && credentials.pair == nil) else {
      throw AccessError("server: found \(server.text), expected https, as credentials must not go in the clear")
    }
    if let proxy = cluster["proxy-url"]?.string, !proxy.isEmpty {
      throw AccessError("proxy-url: found \(proxy), expected none: Raymesh goes to the server itself")
    }
    return ClusterAccess(
      endpoint: server.endpoint, prefix: server.prefix, serverName: cluster["tls-server-name"]?.string,
      security: server.isSecure ? try security(cluster, credentials.pair) : nil, token: credentials.token,
      namespace: namespace)
  }

  private func security(
    _ cluster: JSONValue, _ pair: ClusterAccess.Pair?
  ) throws(AccessError) -> ClusterAccess.Security {
    guard cluster["insecure-skip-tls-verify"] != true else {
      throw AccessError("insecure-skip-tls-verify: found true, expected a certificate-authority")
    }
    guard let authority = try material("certificate-authority", in: cluster) else {
      throw AccessError("certificate-authority: found nothing, expected a file, or certificate-authority-data")
    }
    return ClusterAccess.Security(authority: authority, client: pair)
  }

  private func credentials(of name: String, in user: JSONValue) throws(AccessError) -> Credentials {
    for kind in ["exec", "auth-provider"] where user[kind] != nil {
      throw AccessError(
        "user \(name): found \(kind), expected a token or a client certificate: Raymesh runs no plugins")
    }
    for kind in ["username", "as"] where user[kind] != nil {
      throw AccessError("user \(name): found \(kind), expected a token or a client certificate")
    }
    var pair: ClusterAccess.Pair?
    if let certificate = try material("client-certificate", in: user) {
      guard let key = try material("client-key", in: user) else {
        throw AccessError("user \(name): found a client-certificate without its client-key")
      }
      pair = ClusterAccess.Pair(certificate: certificate, key: key)
    }
    // The file wins, as in client-go: the inline token is from the time when the kubeconfig was written.
    let file = user["tokenFile"]?.string.map { Material.file(path($0)) }
    return Credentials(
      pair: pair, token: file ?? user["token"]?.string.map { .inline(Array($0.utf8), named: "token") })
  }

  /// Returns inline data, which wins as in client-go, or a file.
  private func material(_ key: String, in entry: JSONValue) throws(AccessError) -> Material? {
    if let text = entry["\(key)-data"]?.string, !text.isEmpty {
      guard let bytes = Base64.bytes(text) else { throw AccessError("\(key)-data: found no base64") }
      return .inline(bytes, named: "\(key)-data")
    }
    return entry[key]?.string.flatMap { $0.isEmpty ? nil : .file(path($0)) }
  }

  private func path(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

  private func entry(of list: String, named name: String, under key: String) throws(AccessError) -> JSONValue {
    guard case .array(let entries) = root[list], let entry = entries.first(where: { $0["name"]?.string == name }),
      let value = entry[key]
    else { throw AccessError("\(list): found no '\(name)'") }
    return value
  }
}
