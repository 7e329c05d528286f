internal import CLinux
internal import Glibc

/// A thread of the kernel's, running one closure until that returns.
@safe enum LoopThread {
  private final class Work {
    let body: @Sendable () -> Void
    let name: String

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a detached thread.
  ///
  /// - Throws: `SystemError` where the kernel gives none.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, nil, { unsafe LoopThread.enter($0) }, work.toOpaque())
    guard code == 0 else {
      unsafe work.release()
      throw SystemError("pthread_create", code: code)
    }
    pthread_detach(thread)
  }

  private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    _ = unsafe clinux_name_thread(work.name)
    work.body()
    return nil
  }
}
