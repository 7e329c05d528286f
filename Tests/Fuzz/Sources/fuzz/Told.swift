import HTTP

/// A request, as far as it is compared.
struct Told: Equatable {
  let head: String
  let body: [UInt8]

  init(_ request: Request) {
    head = "\(request.head) \(request.head.headerFields)"
    body = request.body
  }
}

extension HTTPLimits {
  /// Limits that an input can reach.
  static let narrow: HTTPLimits = {
    var limits = HTTPLimits()
    (limits.head, limits.fields, limits.body) = (1000, 10, 500)
    return limits
  }()
}

/// Bytes in pieces whose lengths follow from the bytes themselves, so that an input always does the same.
func pieces(of bytes: [UInt8]) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while let first = rest.first {
    let piece = rest.prefix(1 + Int(first) % 23)
    pieces.append(Array(piece))
    rest = rest.dropFirst(piece.count)
  }
  return pieces
}
