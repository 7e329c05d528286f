internal import COpenSSL

/// A memory BIO that holds PEM text.
@safe struct PEMText: ~Copyable {
  let handle: OpaquePointer

  /// - Throws: `TLSError` where OpenSSL has no memory.
  init(_ text: [UInt8]) throws(TLSError) {
    ERR_clear_error()
    guard let handle = unsafe copenssl_memory_bio() else { throw TLSError("hold PEM text") }
    unsafe self.handle = handle
    _ = unsafe BIO_write(handle, text, CInt(clamping: text.count))
  }

  deinit { unsafe BIO_free(handle) }

  /// What has been written and not yet read.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe copenssl_memory_of(handle, &start)
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: max(count, 0)))
  }
}

/// A `pem_password_cb` for a process that nobody sits in front of: a text that is encrypted is refused.
///
/// - Parameter argument: a `Bool` that becomes true, or `nil`.
func refuseToPrompt(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: CInt, _ isWriting: CInt, _ argument: UnsafeMutableRawPointer?
) -> CInt {
  unsafe argument?.storeBytes(of: true, as: Bool.self)
  return -1
}
