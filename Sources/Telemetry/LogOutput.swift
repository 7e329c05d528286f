internal import Glibc
internal import Synchronization

/// Where lines go, each in one system call that never waits.
final class LogOutput: Sendable {
  private let descriptor: CInt
  /// Whether the last line was not taken whole.
  private let isCut = Atomic(false)
  private let linesLost = Atomic(0)

  /// How many lines the kernel has not taken, or not whole.
  var lost: Int { linesLost.load(ordering: .relaxed) }

  static let standardError = LogOutput()

  /// Writes to a descriptor that does not wait.
  init(_ descriptor: CInt) { self.descriptor = descriptor }

  /// A pipe is opened anew: that a descriptor does not wait holds for all who share it, such as a shell.
  private convenience init() {
    var status = stat()
    let isPipe = unsafe fstat(STDERR_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC
    let own = isPipe ? unsafe open("/proc/self/fd/\(STDERR_FILENO)", flags) : -1
    self.init(own < 0 ? STDERR_FILENO : own)
  }

  /// Writes a line. What the kernel does not take is lost, and the next line is one of its own all the same.
  func write(_ line: [UInt8]) {
    guard !isCut.load(ordering: .relaxed) else { return write(afterCut: line) }
    let written = unsafe Glibc.write(descriptor, line, line.count)
    guard written < line.count else { return }
    linesLost.add(1, ordering: .relaxed)
    if written > 0 { isCut.store(true, ordering: .relaxed) }
  }

  private func write(afterCut line: [UInt8]) {
    let line = [UInt8(ascii: "\n")] + line
    let written = unsafe Glibc.write(descriptor, line, line.count)
    if written == line.count { isCut.store(false, ordering: .relaxed) } else { linesLost.add(1, ordering: .relaxed) }
  }
}
