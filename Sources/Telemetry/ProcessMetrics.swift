internal import Glibc

/// What the kernel says of this process, as Prometheus' own client libraries name it.
public struct ProcessMetrics: Sendable {
  private let build: String

  /// - Parameters:
  ///   - version: the program's version, for `raymesh_build_info`.
  ///   - revision: what it was built from, empty if nobody knows.
  public init(version: String, revision: String = "") {
    build = "raymesh_build_info{version=\"\(version)\",revision=\"\(revision)\"} 1\n"
  }

  /// The series in the Prometheus text format, read just now.
  public var text: String {
    [
      family("raymesh_build_info", "gauge", "What runs: always 1, version and git revision are in the labels.", build),
      number(
        "raymesh_log_lines_lost_total", ProcessMetrics.linesLost, Double(LogOutput.standardError.lost), type: "counter"),
      number("process_open_fds", "Descriptors that are open.", ProcessMetrics.openDescriptors),
      number("process_max_fds", "Descriptors that may be open at once.", ProcessMetrics.mostDescriptors),
      number("process_resident_memory_bytes", "Memory that is in RAM.", ProcessMetrics.residentBytes),
      number("process_start_time_seconds", "When the process was started, since 1970.", ProcessMetrics.startTime),
      number("process_cpu_seconds_total", "CPU time used so far.", ProcessMetrics.processorSeconds, type: "counter"),
    ].joined()
  }

  private static let linesLost =
    "Lines of the log that were not taken, as the pipe for them was full or had no reader."

  private func number(_ name: String, _ help: String, _ value: Double?, type: String = "gauge") -> String {
    value.map { family(name, type, help, "\(name) \($0)\n") } ?? ""
  }

  private func family(_ name: String, _ type: String, _ help: String, _ lines: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(lines)"
  }

  private static var openDescriptors: Double? {
    guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
    defer { unsafe _ = closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    // Two are the directory's own entries, and one is that by which it is read.
    return Double(count - 3)
  }

  private static var mostDescriptors: Double? {
    var limit = rlimit()
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : nil
  }

  private static var residentBytes: Double? {
    field(1, of: "/proc/self/statm").map { $0 * Double(sysconf(CInt(_SC_PAGESIZE))) }
  }

  /// When the kernel started, and how long after that the process (`proc(5)`, field 22). Asked for once: two clocks
  /// never have quite the same distance, and a change would mean another process.
  private static let startTime: Double? = {
    guard let ticks = field(19, of: "/proc/self/stat") else { return nil }
    let boot = seconds(of: CLOCK_REALTIME) - seconds(of: CLOCK_BOOTTIME)
    return boot + ticks / Double(sysconf(CInt(_SC_CLK_TCK)))
  }()

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static var processorSeconds: Double? {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    return seconds + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  /// A number of a file of numbers, counted behind the program's name if that stands in it.
  private static func field(_ index: Int, of path: String) -> Double? {
    guard let line = firstLine(of: path) else { return nil }
    let rest = line.lastIndex(of: ")").map { line[line.index(after: $0)...] } ?? line[...]
    let fields = rest.split(separator: " ")
    return fields.indices.contains(index) ? Double(fields[index]) : nil
  }

  private static func firstLine(of path: String) -> Substring? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n").first
  }
}
