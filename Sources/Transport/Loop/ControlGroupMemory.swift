/// How much memory this process may take before the kernel ends it.
public struct ControlGroupMemory: Hashable, Sendable {
  /// Bytes; the smallest limit of the process' control group and the groups around it.
  public let limit: Int
  /// The file that says so.
  public let source: String

  /// A limit, and the file that says so.
  public init(limit: Int, source: String) { (self.limit, self.source) = (limit, source) }

  /// The limit of this process, `nil` if no control group sets one below the machine's memory.
  public static var current: ControlGroupMemory? { read { text(of: $0) } }

  /// The memory of the machine in bytes, `nil` if the kernel does not say.
  public static var machine: Int? { text(of: "/proc/meminfo").flatMap(machine) }

  /// Finds the limit in what files hold (`cgroups(7)`, `proc(5)`).
  static func read(_ text: (String) -> String?) -> ControlGroupMemory? {
    let machine = text("/proc/meminfo").flatMap(machine) ?? .max
    let groups = text("/proc/self/cgroup").map(Group.all) ?? []
    let mounts = text("/proc/self/mountinfo").map(Mount.all) ?? []
    var smallest: ControlGroupMemory?
    for mount in mounts {
      guard let group = groups.first(where: { $0.isVersion2 == mount.isVersion2 }) else { continue }
      for folder in mount.folders(of: group.path) {
        let file = "\(folder)/\(mount.isVersion2 ? "memory.max" : "memory.limit_in_bytes")"
        // Version 2 says `max` if there is none, and version 1 a number near that of all integers.
        guard let limit = text(file).flatMap({ Int($0.prefix { !$0.isWhitespace }) }), limit > 0, limit < machine else {
          continue
        }
        if limit < smallest?.limit ?? .max { smallest = ControlGroupMemory(limit: limit, source: file) }
      }
    }
    return smallest
  }

  static func machine(_ text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  private static func text(of path: String) -> String? {
    (try? WholeFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension ControlGroupMemory {
  /// A line of `/proc/self/cgroup` that is about memory: `4:memory:/pod` of version 1, `0::/pod` of version 2.
  private struct Group {
    let isVersion2: Bool
    let path: String

    static func all(_ text: String) -> [Group] {
      text.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let isVersion2 = parts[0] == "0" && parts[1].isEmpty
        guard isVersion2 || parts[1].split(separator: ",").contains("memory") else { return nil }
        return Group(isVersion2: isVersion2, path: String(parts[2]))
      }
    }
  }

  /// A line of `/proc/self/mountinfo` that mounts such groups.
  private struct Mount {
    let isVersion2: Bool
    /// The group that stands at the mount's place.
    let root: String
    let place: String

    static func all(_ text: String) -> [Mount] {
      text.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ")
        guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"), fields.count > dash + 3 else { return nil }
        let isVersion2 = fields[dash + 1] == "cgroup2"
        let isOfMemory = fields[dash + 1] == "cgroup" && fields[dash + 3].split(separator: ",").contains("memory")
        guard isVersion2 || isOfMemory else { return nil }
        return Mount(isVersion2: isVersion2, root: String(fields[3]), place: String(fields[4]))
      }
    }

    /// The folders of a group and of those around it, as far as the mount shows them.
    func folders(of path: String) -> [String] {
      let inner = root == "/" ? path : path.hasPrefix(root) ? String(path.dropFirst(root.count)) : ""
      // A group outside of the namespace is told as `/..`.
      let names = inner.split(separator: "/")
      guard !names.contains("..") else { return [place] }
      return (0...names.count).map { count in ([place] + names.prefix(count).map(String.init)).joined(separator: "/") }
    }
  }
}
