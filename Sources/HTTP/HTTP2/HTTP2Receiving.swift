internal import HTTPTypes
internal import Transport

/// What nghttp2 tells of, as it goes through what the peer has sent and what goes out.
extension HTTP2Session {
  /// Whether a frame is to be looked at. If not, the connection ends.
  func allows(_ frame: HTTP2Frame) -> Bool {
    continuations = frame.kind == .continuation ? continuations + 1 : 0
    let isWithinLimits =
      continuations <= limits.http2.continuations
      && (frame.kind != .settings || frame.length <= limits.http2.settings * HTTP2Session.settingLength)
    let isAllowed = allowance.take(cost(of: frame))
    if !isWithinLimits || !isAllowed { verdict = .enhanceYourCalm }
    // nghttp2 looks at no PRIORITY, as our settings say that they count for nothing (RFC 9113 section 6.3).
    if frame.kind == .priority, frame.stream == 0 || frame.dependency == frame.stream { verdict = .protocolError }
    if !ended.allows(frame) { verdict = .streamClosed }
    return verdict == nil
  }

  /// A header block begins: a request's, or a trailer.
  func headersBegin(_ frame: HTTP2Frame) {
    if streams[frame.stream] == nil {
      streams[frame.stream] = HTTP2Stream(limits: limits, since: arrival, until: now + limits.headTime)
    }
  }

  /// A field has come. False ends the connection.
  func field(_ name: String, _ value: [UInt8], on stream: Int32) -> Bool {
    guard let stream = streams[stream] else { return true }
    if stream.phase == .head { stream.head.add(name, value) } else { stream.head.count(name, value) }
    let isTooLarge = stream.head.size > limits.head * limits.http2.headerListExcess
    if isTooLarge { verdict = .enhanceYourCalm }
    return !isTooLarge
  }

  /// A part of a body has come.
  func data(_ bytes: UnsafeBufferPointer<UInt8>, on stream: Int32) {
    let its = streams[stream]
    wire.reopen(by: bytes.count)
    if its?.waits != true { wire.reopen(stream, by: bytes.count) }
    guard let its, its.phase == .body else { return }
    unsafe its.add(bytes, limits)
    bodies.progress(stream, received: its.body.count)
    if its.body.count > limits.body { refuse(stream, .bodyTooLarge(limit: limits.body)) }
  }

  /// A frame has come, a header block with all its continuations.
  func frameEnds(_ frame: HTTP2Frame) {
    switch frame.kind {
    case .headers: endHead(frame)
    case .data: if frame.endsStream { complete(frame.stream) }
    case .settings: if !frame.acknowledges { prefaceDeadline = nil }
    case .ping: if frame.acknowledges, case .noticed = phase { leave() }
    default: break
    }
  }

  /// A frame has been handed out to be sent.
  func frameIsSent(_ frame: HTTP2Frame) {
    if frame.kind == .data { allowance.earn(limits.http2.dataEarns) }
    if frame.kind == .resetStream, !allowance.take(limits.http2.resetCost) { verdict = .enhanceYourCalm }
    // RFC 9113 section 8.1: a client that has its answer need not send the rest.
    if frame.endsStream, streams[frame.stream]?.hasEnded == false { wire.reset(frame.stream, .noError) }
  }

  /// A stream is gone, for whatever reason.
  func streamCloses(_ stream: Int32, _ code: UInt32) {
    guard let closed = streams.removeValue(forKey: stream) else { return }
    if !answering.contains(stream) { dropBody(of: stream) }
    let isMalformed = code == HTTP2ErrorCode.protocolError.rawValue && closed.isBeingRead
    if isMalformed { add(.reset(.malformed("a request by RFC 9113 section 8.1.1"))) }
  }

  /// The next part of a response's body, and whether it is the last.
  func takeBody(of stream: Int32, atMost count: Int) -> (part: ArraySlice<UInt8>, isLast: Bool) {
    guard let its = streams[stream] else { return ([], true) }
    let part = its.nextPart(atMost: count)
    if !its.isAllTaken { bodies.progress(stream, sent: its.sent) }
    return (part, its.isAllTaken)
  }

  /// Answers a request that is not to be read on.
  func refuse(_ stream: Int32, _ error: WireError) {
    guard streams[stream] != nil else { return }
    streams[stream]?.handOut()
    dropBody(of: stream)
    add(.refused(stream, error))
  }

  /// Parts of a body are free, as they are bounded as such; what a request's head costs its answer earns back.
  private func cost(of frame: HTTP2Frame) -> Int {
    switch frame.kind {
    case .data: frame.mayBeEmptyData ? 1 : 0
    case .resetStream: limits.http2.resetCost
    default: 1
    }
  }

  private func endHead(_ frame: HTTP2Frame) {
    guard let stream = streams[frame.stream] else { return }
    do throws(WireError) {
      if stream.phase == .head {
        let head = try stream.head.request()
        try begin(frame.stream, head.0, head.1, endsStream: frame.endsStream)
        if stream.phase == .body, !frame.endsStream, head.1.expectsContinue {
          wire.submit(interim: .continue, on: frame.stream)
        }
      } else if stream.phase == .body {
        try stream.head.checkSize()
      }
      if frame.endsStream { complete(frame.stream) }
    } catch {
      streams[frame.stream]?.hasEnded = frame.endsStream
      refuse(frame.stream, error)
    }
  }

  /// Turns a request away for others; its client should try again.
  func turnAway(_ stream: Int32, _ reason: MemoryMetrics.Reason) {
    guard let its = streams[stream] else { return }
    its.handOut()
    dropBody(of: stream)
    memory.budget.turnedAway(reason)
    add(.turnedAway(stream, .full))
  }

  /// Gives up a stream that is slow while others wait.
  func giveUp(_ stream: Int32) {
    switch streams[stream]?.phase {
    case .body: turnAway(stream, .slowBody)
    case .sending:
      memory.budget.turnedAway(.response)
      wire.reset(stream, .enhanceYourCalm)
    case .head, .answering, nil: break
    }
  }

  private func begin(
    _ stream: Int32, _ request: HTTPRequest, _ connection: ConnectionFields, endsStream: Bool
  ) throws(WireError) {
    // nghttp2 has seen that there is at most one, that it is a number, and sees to it that no more comes.
    hasCarried = true
    let length = connection.lengths.first.map { Int($0) ?? .max } ?? limits.body
    guard length <= limits.body else { throw .bodyTooLarge(limit: limits.body) }
    let waits = !endsStream && length > limits.http2.firstWindow
    let first = endsStream ? 0 : min(length, limits.http2.firstWindow)
    streams[stream]?.begin(request, at: now, limits, waits: waits)
    guard bodies.enter(stream, first + (streams[stream]?.head.size ?? 0), at: now) else {
      streams[stream]?.handOut()
      return add(.turnedAway(stream, .full))
    }
    if waits { bodies.lineUp(stream, length, at: now) }
    letBodiesCome()
  }

  /// Releases the memory of a body that is no longer held.
  func dropBody(of stream: Int32) {
    bodies.release(stream, at: now)
    letBodiesCome()
  }

  /// Lets those bodies come whole that have room.
  func letBodiesCome() {
    while let (stream, length) = bodies.letIn(at: now) {
      let received = streams[stream]?.body.count ?? 0
      streams[stream]?.goOn(at: now, limits, upTo: length)
      wire.widen(stream, to: limits.http2.streamWindow)
      wire.reopen(stream, by: received)
    }
  }

  private func complete(_ stream: Int32) {
    guard let whole = streams[stream] else { return }
    whole.hasEnded = true
    guard whole.phase == .body, let request = whole.request else { return }
    // The peer may have reset streams whose requests still cost us time and memory.
    guard answering.count < limits.http2.streams else { return wire.reset(stream, .refusedStream) }
    answering.insert(stream)
    let body = whole.handOut()
    bodies.complete(stream, body.count, at: now)
    letBodiesCome()
    add(Request(head: request, body: body, arrival: whole.arrival), on: stream)
  }

  private static let settingLength = 6
}
