internal import Glibc

/// What a serving certificate vouches for: a DNS name or an IP address (RFC 5280 section 4.2.1.6).
public enum CertificateHost: Hashable, Sendable {
  case name(String)
  case address(String)

  /// Reads a host; `nil` if it is neither an address nor a DNS name. A name may begin with `*.`.
  public init?(_ text: String) {
    if CertificateHost.isAddress(text) {
      self = .address(text)
    } else if CertificateHost.isName(text.hasPrefix("*.") ? text.dropFirst(2) : text[...]) {
      self = .name(text)
    } else {
      return nil
    }
  }

  /// As it was read.
  public var text: String {
    switch self {
    case .name(let text), .address(let text): text
    }
  }

  /// As OpenSSL's `subjectAltName` configuration writes it.
  var configuration: String {
    switch self {
    case .name(let name): "DNS:\(name)"
    case .address(let address): "IP:\(address)"
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    var room = in6_addr()
    guard !text.utf8.contains(0) else { return false }
    return unsafe inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
  }

  /// RFC 1123 section 2.1: no character that the configuration would read as its own, and no mistyped address, as the
  /// highest label has a letter.
  private static func isName(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253 && labels.last?.contains(where: \.isLetter) == true
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      }
  }
}
