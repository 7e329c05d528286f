@testable import HTTP
import Transport

/// Bytes of an HTTP/2 client after its hello: the same at whatever pace they come; and when all has been answered, the
/// connection comes to its end.
func talk(_ bytes: [UInt8]) {
  let input = hello + bytes
  // After a GOAWAY of the peer's nghttp2 is done, and what it still reads is what came with that in one piece.
  if !saysGoAway(input), talking(pieces(of: input)) != talking([input]) { fatalError("in pieces it is something else") }
  comesToItsEnd(pieces(of: input))
}

private let hello = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
private let start = Instant.now

private func saysGoAway(_ bytes: [UInt8]) -> Bool {
  var scanner = HTTP2FrameScanner()
  var rest = bytes[...]
  while let frame = scanner.next(in: &rest) { if frame.kind == .goAway { return true } }
  return false
}

private struct Talk: Equatable {
  var requests: [Int32: Told] = [:]
  var refusals: [Int32: WireError] = [:]
  var isOver = false
}

/// What the session makes of pieces that nobody answers.
private func talking(_ pieces: [[UInt8]]) -> Talk {
  var talk = Talk()
  let session = newSession()
  for piece in pieces { session.receive(piece, at: start, since: start) }
  // Only now: what is given up at once is not begun, and that depends on when it is looked at.
  while let event = session.nextEvent() {
    switch event {
    case .request(let stream, let request): talk.requests[stream] = Told(request)
    case .refused(let stream, let error): talk.refusals[stream] = error
    case .turnedAway(let stream, _):
      session.respond(to: stream, with: .text(.serviceUnavailable, "full"), date: "today", at: start)
    case .reset: break
    }
  }
  _ = output(of: session)
  talk.isOver = session.isOver
  return talk
}

/// Answers everything, and lets time pass.
private func comesToItsEnd(_ pieces: [[UInt8]]) {
  let session = newSession()
  var now = start
  for piece in pieces {
    session.receive(piece, at: now, since: now)
    answer(on: session, at: now)
    now = now + .milliseconds(100)
  }
  for _ in 0..<300 where !session.isOver {
    now = max(now, session.deadline)
    session.expire(at: now)
    answer(on: session, at: now)
  }
  if !session.isOver { fatalError("a connection that never ends") }
  if !session.answering.isEmpty { fatalError("a request that is held for ever") }
}

private func answer(on session: HTTP2Session, at now: Instant) {
  while let event = session.nextEvent() {
    switch event {
    case .request(let stream, let request):
      session.respond(to: stream, with: Response(.ok, body: request.body), date: "today", at: now)
    case .refused(let stream, let error):
      session.respond(to: stream, with: .text(error.status, error.description), date: "today", at: now)
    case .turnedAway(let stream, _):
      session.respond(to: stream, with: .text(.serviceUnavailable, "full"), date: "today", at: now)
    case .reset: break
    }
  }
  // Since the last piece: what is said of a few frames, or of the streams that were open.
  if output(of: session) > 2 << 20 { fatalError("more output than input can ask for") }
}

private func output(of session: HTTP2Session) -> Int {
  var count = 0
  while case let bytes = session.takeOutput(), !bytes.isEmpty { count += bytes.count }
  return count
}

private func newSession() -> HTTP2Session {
  let budget = MemoryBudget(HTTPLimits.narrow, metrics: MemoryMetrics(of: "fuzz"))
  let memory = MemoryAccount(budget: budget, peer: "192.0.2.1", call: nil)
  guard let session = try? HTTP2Session(limits: .narrow, memory: memory, at: start) else { fatalError("no memory") }
  return session
}
