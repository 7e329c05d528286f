internal import Transport

/// An API server's address as a kubeconfig has it: `https://host:port/prefix`.
struct ServerAddress {
  let text: String
  let isSecure: Bool
  let endpoint: Endpoint
  /// Its path, without a slash at the end.
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
