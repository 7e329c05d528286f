import HTTPTypes
import TestSupport

@testable import HTTP

/// Everything that a reader makes of bytes.
struct Reading: Hashable {
  var requests: [ReadRequest] = []
  var error: WireError?
  /// Whether the bytes end in the middle of a request.
  var isCutShort = false

  /// Reads as the server does: room is given up, a piece comes, and all that can be read is.
  init(_ pieces: [[UInt8]], limits: HTTPLimits) {
    var reader = HTTP1RequestReader(limits: limits)
    do throws(WireError) {
      for piece in pieces {
        reader.buffer.compact()
        reader.buffer.bytes += piece
        while let request = try Reading.next(&reader) { requests.append(request) }
      }
      isCutShort = reader.hasBegun
    } catch { self.error = error }
  }

  private static func next(_ reader: inout HTTP1RequestReader) throws(WireError) -> ReadRequest? {
    while true {
      switch try reader.next() {
      case .incomplete: return nil
      case .head, .full: continue
      case .request(let head, let body): return ReadRequest(head, body)
      }
    }
  }
}

/// A request, as far as tests look at it.
struct ReadRequest: Hashable {
  let method: String
  let path: String?
  let authority: String?
  let body: String
  let keepsAlive: Bool
  let expectsContinue: Bool

  init(
    _ method: String = "GET", _ path: String = "/", at authority: String? = "h", body: String = "",
    keepsAlive: Bool = true, expectsContinue: Bool = false
  ) {
    (self.method, self.path, self.authority, self.body) = (method, path, authority, body)
    (self.keepsAlive, self.expectsContinue) = (keepsAlive, expectsContinue)
  }

  init(_ head: HTTP1RequestHead, _ body: [UInt8]) {
    self.init(
      head.request.method.rawValue, head.request.path ?? "", at: head.request.authority,
      body: String(decoding: body, as: UTF8.self), keepsAlive: head.keepsAlive, expectsContinue: head.expectsContinue)
  }
}

extension HTTPLimits {
  /// Limits that a test can reach in a few bytes.
  static let narrow: HTTPLimits = {
    var limits = HTTPLimits()
    (limits.head, limits.fields, limits.body) = (240, 6, 40)
    return limits
  }()
}
