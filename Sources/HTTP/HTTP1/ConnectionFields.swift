internal import HTTPTypes

/// The fields that say how a message is framed and whether its connection lives on, gathered in one pass.
struct ConnectionFields {
  private(set) var hosts: [String] = []
  private(set) var lengths: [String] = []
  private(set) var codings: [String] = []
  private(set) var expectsContinue = false
  private var options: [String] = []

  init(_ fields: HTTPFields) {
    for field in fields {
      switch field.name.canonicalName {
      case "host": hosts.append(field.value)
      case "content-length": lengths.append(field.value)
      case "transfer-encoding": codings += ConnectionFields.list(field.value)
      case "connection": options += ConnectionFields.list(field.value)
      case "expect": expectsContinue = ConnectionFields.list(field.value) == ["100-continue"]
      default: break
      }
    }
  }

  /// RFC 9112 section 9.3.
  func keepsAlive(in version: HTTP1Version) -> Bool {
    if options.contains("close") { return false }
    return version == .http11 || options.contains("keep-alive")
  }

  /// The elements, empty ones too, in lower case by ASCII alone: Unicode has other letters whose lower case is ASCII, and
  /// who else reads the field may not know them.
  private static func list(_ value: String) -> [String] {
    let lowercase = value.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return lowercase.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { part in
      String(decoding: part.trimmingBlanks, as: UTF8.self)
    }
  }
}
