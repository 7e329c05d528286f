internal import CLinux

/// How much of the machine this process may use.
public enum Processors {
  /// The smaller of the CPUs that the scheduler allows and those that the control group pays for, at least one.
  public static var available: Int {
    let affinity = Int(clinux_affinity_count())
    return max(1, min(affinity > 0 ? affinity : 1, quota ?? .max))
  }

  /// The control group's quota in whole CPUs, rounded up; `nil` where there is none.
  private static var quota: Int? {
    if let limit = firstLine(of: "/sys/fs/cgroup/cpu.max") { return quota(version2: limit) }
    guard let quota = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
      let period = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
    else { return nil }
    return self.quota(version2: "\(quota) \(period)")
  }

  /// Reads `cpu.max`: microseconds of CPU time, or `max`, in each period (Linux, `cgroup-v2.rst`).
  static func quota(version2 text: String) -> Int? {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), quota > 0, period > 0 else {
      return nil
    }
    return (quota - 1) / period + 1
  }

  private static func firstLine(of path: String) -> String? {
    guard let bytes = try? WholeFile.readRegular(path), !bytes.isEmpty else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
