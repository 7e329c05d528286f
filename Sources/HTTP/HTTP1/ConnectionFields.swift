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
      case "expect": expectsContinue = field.value.lowercased() == "100-continue"
      default: break
      }
    }
  }

  /// RFC 9112 section 9.3.
  func keepsAlive(in version: HTTP1Version) -> Bool {
    if options.contains("close") { return false }
    return version == .http11 || options.contains("keep-alive")
  }

  private static func list(_ value: String) -> [String] {
    value.lowercased().split(separator: ",").map { part in
      String(decoding: Array(part.utf8)[...].trimmingBlanks, as: UTF8.self)
    }
  }
}
