internal import Glibc

/// A lock that the thread sanitizer knows, in place of `Synchronization.Mutex`.
///
/// Swift's own is a futex, which the sanitizer does not see: it takes whatever passes through one for a race. This one has
/// the same face and is a pthread mutex. `Tests/Sanitize/run` puts it into a copy of each target that has locks, where it
/// hides the imported one.
// why: the lock is held wherever the value is used
@safe struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  init(_ initial: consuming sending Value) {
    unsafe lock = .allocate(capacity: 1)
    unsafe lock.initialize(to: pthread_mutex_t())
    unsafe precondition(pthread_mutex_init(lock, nil) == 0)
    unsafe value = .allocate(capacity: 1)
    unsafe value.initialize(to: initial)
  }

  borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe precondition(pthread_mutex_lock(lock) == 0)
    defer { unsafe precondition(pthread_mutex_unlock(lock) == 0) }
    return try unsafe body(&value.pointee)
  }

  deinit {
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
    unsafe precondition(pthread_mutex_destroy(lock) == 0)
    unsafe lock.deallocate()
  }
}
