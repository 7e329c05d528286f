internal import CLinux
internal import Glibc

/// Tells when something in one of a few directories changes.
///
/// Kubelet swaps a mounted Secret by renaming the symbolic link `..data` beside the files, so it is the directory that
/// has to be watched (`pkg/volume/util/atomic_writer.go`, Kubernetes 1.36).
public final class DirectoryWatch: Sendable {
  private let descriptor: Descriptor
  private let loop: EventLoop

  /// Watches directories; one that is not there is left out, as the caller looks from time to time anyway.
  ///
  /// - Throws: `SystemError` where the kernel has no more watches.
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
  /// - Returns: false where the watch has ended, or its loop breaks off: then there is nothing to wait for any more.
  @discardableResult
  public func change(until deadline: Instant) async -> Bool {
    let wake = await withTaskCancellationHandler {
      await loop.wait(for: .read, of: descriptor.number, until: deadline)
    } onCancel: {
      loop.forget(descriptor.number)
    }
    // What changed does not matter: whoever asks looks for himself.
    var events = [UInt8](repeating: 0, count: 4096)
    while unsafe read(descriptor.number, &events, events.count) > 0 {}
    return wake != .ended
  }

  private static let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB)
}
