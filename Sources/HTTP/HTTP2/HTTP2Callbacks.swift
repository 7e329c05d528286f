internal import CNGHTTP2

/// What nghttp2 calls: each turns a pointer into the session, bytes into a value, and calls a method.
enum HTTP2Callbacks {
  static func set(on callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
      guard let (session, frame) = unsafe both(user, frame) else { return stop }
      unsafe session.headersBegin(HTTP2Frame(frame.pointee.hd))
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, count, _, user in
      guard let (session, frame) = unsafe both(user, frame) else { return stop }
      let name = unsafe String(decoding: UnsafeBufferPointer(start: name, count: nameCount), as: UTF8.self)
      let value = unsafe Array(UnsafeBufferPointer(start: value, count: count))
      return unsafe verdict(session.field(name, value, on: frame.pointee.hd.stream_id))
    }
    // Otherwise the field would be ignored and the request answered (RFC 9113 section 8.1.1 says malformed).
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, _ in
      NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, count, user in
      guard let session = unsafe session(user) else { return stop }
      unsafe session.data(UnsafeBufferPointer(start: bytes, count: count), on: stream)
      return 0
    }
    unsafe setFrames(on: callbacks)
  }

  private static func setFrames(on callbacks: OpaquePointer?) {
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      guard let (session, frame) = unsafe both(user, frame) else { return stop }
      unsafe session.frameEnds(HTTP2Frame(frame.pointee.hd))
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
      guard let (session, frame) = unsafe both(user, frame) else { return stop }
      unsafe session.frameIsSent(HTTP2Frame(frame.pointee.hd))
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, user in
      guard let session = unsafe session(user) else { return stop }
      session.streamCloses(stream, code)
      return 0
    }
  }

  /// The next part of a response's body.
  static let takeBody: nghttp2_data_source_read_callback = { _, stream, buffer, count, flags, _, user in
    guard let session = unsafe session(user), let buffer = unsafe buffer else { return ssize_t(stop) }
    let (part, isLast) = session.takeBody(of: stream, atMost: count)
    unsafe UnsafeMutableRawBufferPointer(start: buffer, count: count).copyBytes(from: part)
    if isLast { unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
    return part.count
  }
}

private func session(_ user: UnsafeMutableRawPointer?) -> HTTP2Session? {
  unsafe user.map { unsafe Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
}

private func both<Pointee>(
  _ user: UnsafeMutableRawPointer?, _ pointer: UnsafePointer<Pointee>?
) -> (HTTP2Session, UnsafePointer<Pointee>)? {
  guard let session = unsafe session(user), let pointer = unsafe pointer else { return nil }
  return unsafe (session, pointer)
}

private func verdict(_ goesOn: Bool) -> CInt { goesOn ? 0 : stop }
/// Ends `nghttp2_session_mem_recv` at once.
private let stop = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

extension HTTP2Frame {
  fileprivate init(_ head: nghttp2_frame_hd) {
    self.init(kind: Kind(rawValue: head.type), flags: head.flags, length: head.length, stream: head.stream_id)
  }
}
