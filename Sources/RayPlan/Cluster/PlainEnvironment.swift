internal import JSON
internal import Limits

/// The environment of a Ray container as far as its own `env` tells it: entries with a literal value, in which kubelet
/// expands `$(NAME)` from the entries above.
///
/// It is read when somebody first asks for a name, since few clusters refer to any. What may also come from elsewhere
/// is unknown: `valueFrom`, `envFrom`, the image, and the variables that Kubernetes makes of Services.
struct PlainEnvironment {
  private let container: JSONElement
  /// The known values by name. A name whose last entry only the pod knows is not among them.
  private var values: [String: String] = [:]
  private var isRead = false
  /// How many more bytes references may become, so that names which refer to names do not double forever.
  private var room = ReviewLimits.expansion.value

  init(of container: JSONElement) { self.container = container }

  /// The value of a variable once the container runs, or `nil` if only the pod knows it.
  mutating func value(of name: String) -> String? {
    read()
    return values[name]
  }

  /// A text with each `$(NAME)` as kubelet puts it into a container's arguments, or `nil` if only the pod knows it.
  mutating func expanding(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    read()
    return expanded(text) { PlainEnvironment.ofKubeRay.contains($0) }
  }

  /// The value of a variable if a shell refers to it. There is none if KubeRay or bash itself sets that name.
  mutating func shellValue(of name: String) -> String? {
    guard !PlainEnvironment.ofKubeRay.contains(name), !PlainEnvironment.isOfBash(name), let value = value(of: name),
      take(value)
    else { return nil }
    return value
  }

  private mutating func read() {
    guard !isRead else { return }
    isRead = true
    guard let entries = container.member("env")?.elements else { return }
    for entry in entries {
      guard let name = entry.member("name")?.string else { continue }
      values[name] = value(of: entry)
    }
  }

  /// Of several entries with one name the last counts, and an entry sees those above it.
  private mutating func value(of entry: JSONElement) -> String? {
    guard entry.member("valueFrom") == nil else { return nil }
    guard let stated = entry.member("value") else { return "" }
    guard let text = stated.string else { return nil }
    room += text.utf8.count
    return expanded(text) { _ in false }
  }

  /// Kubernetes' rules (`third_party/forked/golang/expansion`): a reference ends at the first `)`, nothing nests, and
  /// `$$` is an escape. A name that is not defined stays as it is, but whether it is defined only the pod knows.
  private mutating func expanded(_ text: String, isForeign: (String) -> Bool) -> String? {
    var expanded: [UInt8] = []
    var rest = text.utf8[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      expanded += rest[..<dollar]
      rest = rest[dollar...].dropFirst()
      guard rest.first == UInt8(ascii: "(") else {
        expanded.append(UInt8(ascii: "$"))
        if rest.first == UInt8(ascii: "$") { rest = rest.dropFirst() }
        continue
      }
      // Without an end it is no reference, but the rest may be a command to a shell.
      guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
      let name = String(Substring(rest[..<end].dropFirst()))
      guard !isForeign(name), let value = values[name], take(value) else { return nil }
      expanded += value.utf8
      rest = rest[end...].dropFirst()
    }
    return String(decoding: expanded + rest, as: UTF8.self)
  }

  private mutating func take(_ value: String) -> Bool {
    room -= value.utf8.count
    return room >= 0
  }

  /// What KubeRay sets whatever the user says (`setContainerEnvVars`, `common/pod.go`).
  private static let ofKubeRay: Set<String> = [
    "FQ_RAY_IP", "KUBERAY_GEN_RAY_START_CMD", "RAY_CLOUD_INSTANCE_ID", "RAY_CLUSTER_NAME", "RAY_CLUSTER_NAMESPACE",
    "RAY_IP", "RAY_NODE_TYPE_NAME", "RAY_USAGE_STATS_EXTRA_TAGS",
  ]

  /// What bash sets whatever the environment says (its manual, "Shell Variables").
  private static func isOfBash(_ name: String) -> Bool { name.hasPrefix("BASH") || ofBash.contains(name) }

  private static let ofBash: Set<String> = [
    "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD", "IFS", "LINENO", "OLDPWD",
    "OPTIND", "PPID", "PWD", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID", "_",
  ]
}
