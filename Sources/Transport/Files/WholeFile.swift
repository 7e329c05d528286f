internal import CLinux
internal import Glibc
public import Limits

/// Reads whole files, up to a bound.
public enum WholeFile {
  /// Reads a regular file.
  ///
  /// The file is opened without waiting, so a named pipe that nobody writes to is an error at once. A volume that hangs
  /// still blocks the caller: the kernel has no way to read a file without waiting (open(2), `O_NONBLOCK`). Code that
  /// must go on meanwhile reads by a `FileThread`.
  ///
  /// - Throws: `SystemError` naming the file: it cannot be read, is no regular file, or is larger than the bound.
  public static func readRegular(
    _ path: String, atMost limit: Limit = InputLimits.credential
  ) throws(SystemError) -> [UInt8] {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = try Descriptor(owning: unsafe open(path, flags), from: "open \(path)")
    var status = stat()
    guard unsafe fstat(descriptor.number, &status) == 0 else { throw SystemError("read \(path)", code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError("read \(path)", reason: "found \(kind(status.st_mode)), expected a regular file")
    }
    return try read(descriptor.number, named: path, atMost: limit)
  }

  /// Reads any file, also a pipe such as a shell's `<(…)`.
  ///
  /// - Throws: `SystemError` naming the file: it cannot be read, or has more than the bound.
  public static func read(
    _ path: String, atMost limit: Limit = InputLimits.commandInput
  ) throws(SystemError) -> [UInt8] {
    let descriptor = try Descriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC), from: "open \(path)")
    return try read(descriptor.number, named: path, atMost: limit)
  }

  /// Reads what is left in a descriptor that another owns.
  ///
  /// - Throws: `SystemError` naming what is read: it cannot be read, or has more than the bound.
  public static func read(
    _ descriptor: CInt, named name: String, atMost limit: Limit = InputLimits.commandInput
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      let code = errno
      if count == 0 { return bytes }
      if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
      guard bytes.count <= limit.value else {
        throw SystemError("read \(name)", reason: "found more bytes, expected at most \(limit.value)")
      }
      guard count > 0 || code == EINTR else { throw SystemError("read \(name)", code: code) }
    }
  }

  private static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "a file of another kind"
    }
  }
}

/// Reports changes in a few directories.
///
/// Kubelet swaps a mounted Secret by renaming the symbolic link `..data` beside the files, so it is the directory that
/// has to be watched (`pkg/volume/util/atomic_writer.go`, Kubernetes 1.36).
public final class DirectoryWatch: Sendable {
  private let descriptor: Descriptor
  private let loop: EventLoop

  /// Watches directories; one that is not there is left out, as the caller looks from time to time anyway.
  ///
  /// - Throws: `SystemError` if the kernel has no more watches.
  public init(_ directories: Set<String>, on loop: EventLoop) throws(SystemError) {
    descriptor = try Descriptor(owning: clinux_inotify(), from: "inotify_init1")
    for directory in directories {
      _ = unsafe inotify_add_watch(descriptor.number, directory, DirectoryWatch.events)
    }
    try loop.watch(descriptor.number)
    self.loop = loop
  }

  deinit { loop.forget(descriptor.number) }

  /// Waits for a change, or until a deadline. Cancelling the task ends the watch.
  ///
  /// - Returns: false if the watch has ended or its loop aborts, after which no change will be seen.
  @discardableResult
  public func change(until deadline: Instant) async -> Bool {
    let wake = await withTaskCancellationHandler {
      await loop.wait(for: .read, of: descriptor.number, until: deadline)
    } onCancel: {
      loop.forget(descriptor.number)
    }
    // What changed does not matter: the caller looks for itself.
    var events = [UInt8](repeating: 0, count: 4096)
    while unsafe read(descriptor.number, &events, events.count) > 0 {}
    return wake != .ended
  }

  private static let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB)
}
