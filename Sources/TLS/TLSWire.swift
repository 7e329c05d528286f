internal import COpenSSL

/// Ciphertext between OpenSSL and a socket: two arrays behind a BIO of our own (BIO_meth_new(3)).
///
/// OpenSSL's memory BIO writes zeros over the room of each write, and everything passes through it twice.
@safe final class TLSWire {
  private var incoming: [UInt8] = []
  /// How much of that OpenSSL has read.
  private var start = 0
  private var outgoing: [UInt8] = []

  /// How much room is kept when all has been read: a review fits, and there may be many connections.
  private static let kept = 8192

  /// How much of the peer's ciphertext is there that OpenSSL has not read.
  var incomingCount: Int { incoming.count - start }

  /// Takes ciphertext from the peer.
  func receive(_ ciphertext: UnsafeRawBufferPointer) { unsafe incoming.append(contentsOf: ciphertext) }

  /// Takes the ciphertext for the peer, perhaps none.
  func takeOutput() -> [UInt8] {
    defer { outgoing = [] }
    return outgoing
  }

  /// Takes back the room of output that has been sent, unless that is large: the next output is written into it.
  func giveBack(_ room: consuming [UInt8]) {
    guard outgoing.isEmpty, room.capacity <= TLSWire.kept else { return }
    room.removeAll(keepingCapacity: true)
    outgoing = room
  }

  /// What OpenSSL reads from and writes to; this object must outlive it.
  func makeBIO() -> OpaquePointer? {
    guard let method = unsafe TLSWire.method, let bio = unsafe BIO_new(method) else { return nil }
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    return unsafe bio
  }

  private func read(into place: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(place.count, incoming.count - start)
    unsafe incoming.withUnsafeBytes { bytes in
      unsafe place.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
    }
    start += count
    if start == incoming.count {
      incoming.removeAll(keepingCapacity: incoming.capacity <= TLSWire.kept)
      start = 0
    }
    return count
  }

  private func write(_ bytes: UnsafeRawBufferPointer) { unsafe outgoing.append(contentsOf: bytes) }
}

extension TLSWire {
  // why: made once, and OpenSSL only reads it.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire") else { return nil }
    unsafe BIO_meth_set_read(method) { unsafe TLSWire.read($0, $1, $2) }
    unsafe BIO_meth_set_write(method) { unsafe TLSWire.write($0, $1, $2) }
    unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return unsafe method
  }()

  private static func wire(of bio: OpaquePointer?) -> TLSWire? {
    unsafe BIO_get_data(bio).map { unsafe Unmanaged.fromOpaque($0).takeUnretainedValue() }
  }

  /// Hands bytes to OpenSSL. If there are none, OpenSSL should retry: only TLS itself says that the peer has ended.
  private static func read(_ bio: OpaquePointer?, _ place: UnsafeMutablePointer<CChar>?, _ room: CInt) -> CInt {
    unsafe copenssl_forget_retry(bio)
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: place, count: Int(room))
    let count = unsafe wire(of: bio)?.read(into: buffer) ?? 0
    guard count > 0 else {
      unsafe copenssl_retry_read(bio)
      return -1
    }
    return CInt(count)
  }

  private static func write(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: CInt) -> CInt {
    unsafe copenssl_forget_retry(bio)
    unsafe wire(of: bio)?.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return count
  }
}
