internal import CNGHTTP2
internal import Glibc
internal import HTTPTypes
internal import Transport

/// The library that takes HTTP/2 apart and puts it together.
public enum NGHTTP2 {
  /// The version that is linked, such as `1.52.0`.
  public static var version: String {
    guard let info = unsafe nghttp2_version(0) else { return "unknown" }
    return unsafe String(cString: info.pointee.version_str)
  }
}

/// The server's side of a connection as nghttp2 has it. It belongs to one `HTTP2Session`, whose methods it calls while
/// it receives and while its output is taken.
@safe struct NGHTTP2Session: ~Copyable {
  private let session: OpaquePointer

  /// - Throws: `SystemError` if there is no memory.
  init(limits: HTTP2Limits) throws(SystemError) {
    var session: OpaquePointer?
    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    defer {
      unsafe nghttp2_session_callbacks_del(callbacks)
      unsafe nghttp2_option_del(options)
    }
    guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0, unsafe nghttp2_option_new(&options) == 0 else {
      throw NGHTTP2Session.noMemory
    }
    unsafe HTTP2Callbacks.set(on: callbacks)
    unsafe NGHTTP2Session.set(limits, on: options)
    guard unsafe nghttp2_session_server_new2(&session, callbacks, nil, options) == 0, let session = unsafe session
    else { throw NGHTTP2Session.noMemory }
    unsafe self.session = session
  }

  deinit { unsafe nghttp2_session_del(session) }

  /// Whom to call: somebody who owns this session and so outlives it.
  func call(_ owner: HTTP2Session) {
    unsafe nghttp2_session_set_user_data(session, Unmanaged.passUnretained(owner).toOpaque())
  }

  /// Takes what the peer has sent; what it returns, if anything, ends the connection.
  func receive(_ bytes: ArraySlice<UInt8>) -> HTTP2ErrorCode? {
    let taken = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe nghttp2_session_mem_recv(session, bytes.baseAddress, bytes.count)
    }
    guard taken < 0 else { return nil }
    return nghttp2_error(rawValue: Int32(taken)) == NGHTTP2_ERR_BAD_CLIENT_MAGIC ? .protocolError : .enhanceYourCalm
  }

  /// Adds what is to be sent to `output`, one frame or a few; false if there is nothing.
  func takeOutput(into output: inout [UInt8]) -> Bool {
    var bytes: UnsafePointer<UInt8>?
    let count = unsafe nghttp2_session_mem_send(session, &bytes)
    guard count > 0 else { return false }
    unsafe output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    return true
  }

  /// Whether there is nothing more to receive or to send.
  var isOver: Bool {
    unsafe nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
  }

  /// Tells the peer our settings, and how much may be on its way on the whole connection.
  func begin(_ settings: [(id: nghttp2_settings_id, value: Int)], window: Int) {
    let entries = settings.map { setting in
      nghttp2_settings_entry(settings_id: Int32(setting.id.rawValue), value: UInt32(clamping: setting.value))
    }
    _ = unsafe nghttp2_submit_settings(session, none, entries, entries.count)
    _ = unsafe nghttp2_session_set_local_window_size(session, none, 0, Int32(clamping: window))
  }

  /// Queues an interim response.
  func submit(interim status: HTTPResponse.Status, on stream: Int32) {
    var block = HTTP2FieldBlock(interim: status)
    _ = unsafe block.withEntries { entries, count in
      unsafe nghttp2_submit_headers(session, none, stream, nil, entries, count, nil)
    }
  }

  /// Queues a response. `HTTP2Session.takeBody` is asked for the body, if there is one.
  func submit(_ block: consuming HTTP2FieldBlock, hasBody: Bool, on stream: Int32) {
    var body = unsafe nghttp2_data_provider(source: .init(ptr: nil), read_callback: HTTP2Callbacks.takeBody)
    _ = unsafe block.withEntries { entries, count in
      guard hasBody else { return unsafe nghttp2_submit_response(session, stream, entries, count, nil) }
      return unsafe nghttp2_submit_response(session, stream, entries, count, &body)
    }
  }

  /// Queues the end of a stream.
  func reset(_ stream: Int32, _ code: HTTP2ErrorCode) {
    _ = unsafe nghttp2_submit_rst_stream(session, none, stream, code.rawValue)
  }

  /// Lets as much more come on a stream.
  func reopen(_ stream: Int32, by count: Int) { _ = unsafe nghttp2_session_consume_stream(session, stream, count) }

  /// Lets more be on its way on a stream from now on.
  func widen(_ stream: Int32, to window: Int) {
    _ = unsafe nghttp2_session_set_local_window_size(session, none, stream, Int32(clamping: window))
  }

  /// Lets as much more come on the connection.
  func reopen(by count: Int) { _ = unsafe nghttp2_session_consume_connection(session, count) }

  /// Queues a GOAWAY that refuses no stream yet (RFC 9113 section 6.8), and a PING: whatever comes before its answer
  /// may have been sent before the peer knew.
  func submitNotice() {
    _ = unsafe nghttp2_submit_shutdown_notice(session)
    _ = unsafe nghttp2_submit_ping(session, none, nil)
  }

  /// Queues a GOAWAY that names the last stream that will be answered; later ones are ignored.
  func submitGoAway() {
    let last = unsafe nghttp2_session_get_last_proc_stream_id(session)
    _ = unsafe nghttp2_submit_goaway(session, none, last, HTTP2ErrorCode.noError.rawValue, nil, 0)
  }

  /// Queues a GOAWAY, sends nothing after it, and ignores what still comes.
  func terminate(_ code: HTTP2ErrorCode) { _ = unsafe nghttp2_session_terminate_session(session, code.rawValue) }

  private static func set(_ limits: HTTP2Limits, on options: OpaquePointer?) {
    // Windows are opened again by us, a stream's when it is its turn.
    unsafe nghttp2_option_set_no_auto_window_update(options, 1)
    unsafe nghttp2_option_set_no_closed_streams(options, 1)
    unsafe nghttp2_option_set_max_settings(options, limits.settings)
    // It counts every read that brings a part of a CONTINUATION's nine bytes of head; we count frames.
    unsafe nghttp2_option_set_max_continuations(options, limits.continuations * 9)
    unsafe nghttp2_option_set_max_outbound_ack(options, limits.acknowledgements)
    unsafe nghttp2_option_set_stream_reset_rate_limit(
      options, UInt64(limits.resets), UInt64(limits.resetsPerSecond))
  }

  private var none: UInt8 { UInt8(NGHTTP2_FLAG_NONE.rawValue) }
  private static let noMemory = SystemError("nghttp2_session_server_new", code: ENOMEM)
}

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
