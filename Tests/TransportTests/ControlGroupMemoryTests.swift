import Testing

@testable import Transport

/// Tests of how the memory limit of a process is found, in files as kernels write them.
struct ControlGroupMemoryTests {
  private static let meminfo = "MemTotal:        4096000 kB\nMemFree:         1000 kB\n"
  private static let mib = 1 << 20

  private static func read(
    group: String, mounts: [String], limits: [String: String]
  ) -> ControlGroupMemory? {
    var files = limits.mapValues { $0 + "\n" }
    files["/proc/meminfo"] = meminfo
    files["/proc/self/cgroup"] = group
    files["/proc/self/mountinfo"] = mounts.joined(separator: "\n")
    return ControlGroupMemory.read { files[$0] }
  }

  @Test func `version 2 in a container has its own group at the root`() {
    let found = Self.read(
      group: "0::/\n", mounts: ["31 23 0:28 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate"],
      limits: ["/sys/fs/cgroup/memory.max": "268435456"])
    #expect(found == ControlGroupMemory(limit: 256 * Self.mib, source: "/sys/fs/cgroup/memory.max"))
  }

  @Test func `version 1 in a container has its own group at the root of the mount`() {
    let found = Self.read(
      group: "4:memory:/kubepods/pod1/c1\n3:cpu,cpuacct:/kubepods/pod1/c1\n",
      mounts: ["35 31 0:32 /kubepods/pod1/c1 /sys/fs/cgroup/memory ro master:9 - cgroup cgroup rw,memory"],
      limits: ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456"])
    #expect(found == ControlGroupMemory(limit: 256 * Self.mib, source: "/sys/fs/cgroup/memory/memory.limit_in_bytes"))
  }

  @Test func `the smallest limit of nested groups counts`() {
    let found = Self.read(
      group: "0::/system.slice/raymesh.service\n",
      mounts: ["31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"],
      limits: [
        "/sys/fs/cgroup/system.slice/memory.max": "134217728",
        "/sys/fs/cgroup/system.slice/raymesh.service/memory.max": "268435456",
      ])
    #expect(found == ControlGroupMemory(limit: 128 * Self.mib, source: "/sys/fs/cgroup/system.slice/memory.max"))
  }

  @Test func `in a mixed machine the mount that has memory counts`() {
    let found = Self.read(
      group: "9:name=systemd:/\n4:memory:/a\n0::/\n",
      mounts: [
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
        "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
        "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
      ],
      limits: ["/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "67108864"])
    #expect(found?.limit == 64 * Self.mib)
  }

  @Test(arguments: ["max", "9223372036854771712", "8000000000", "", "junk", "-1", "0"])
  func `no limit, a limit above the machine's memory, and an invalid one are ignored`(text: String) {
    let found = Self.read(
      group: "0::/\n", mounts: ["31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup rw"],
      limits: ["/sys/fs/cgroup/memory.max": text])
    #expect(found == nil)
  }

  @Test func `a group outside of the namespace falls back to the mount's own`() {
    let found = Self.read(
      group: "0::/../other\n", mounts: ["31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup rw"],
      limits: ["/sys/fs/cgroup/memory.max": "1048576"])
    #expect(found?.limit == Self.mib)
  }

  @Test func `without control groups there is no limit`() {
    #expect(ControlGroupMemory.read { _ in nil } == nil)
    #expect(Self.read(group: "junk", mounts: ["junk - cgroup2", ""], limits: [:]) == nil)
    #expect(ControlGroupMemory.machine(Self.meminfo) == 4_096_000 * 1024)
  }
}
