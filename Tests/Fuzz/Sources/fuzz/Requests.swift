@testable import HTTP

/// Bytes of an HTTP/1.1 client: the same requests and the same refusal at whatever pace they come.
func read(_ bytes: [UInt8]) {
  let whole = reading([bytes])
  if reading(bytes.map { [$0] }) != whole { fatalError("byte by byte it is something else") }
  if reading(pieces(of: bytes)) != whole { fatalError("in pieces it is something else") }
}

private struct Reading: Equatable {
  var requests: [Told] = []
  var error: WireError?
}

/// What the reader makes of pieces, fed as the server does.
private func reading(_ pieces: [[UInt8]]) -> Reading {
  var reading = Reading()
  var reader = HTTP1RequestReader(limits: .narrow)
  do throws(WireError) {
    for piece in pieces {
      reader.buffer.compact(isIdle: !reader.hasBegun)
      reader.buffer.bytes += piece
      while let request = try next(&reader) { reading.requests.append(request) }
    }
  } catch { reading.error = error }
  return reading
}

private func next(_ reader: inout HTTP1RequestReader) throws(WireError) -> Told? {
  while true {
    switch try reader.next() {
    case .incomplete: return nil
    // A body comes in steps, as memory for it is granted.
    case .head: reader.admit(64)
    case .full: reader.admit(reader.bodyCount + 64)
    case .request(let head, let body): return Told(Request(head: head.request, body: body))
    }
  }
}
