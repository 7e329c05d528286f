extension [UInt8] {
  /// The bytes in two parts, once for every place where they can be cut.
  public var cutOnce: [[[UInt8]]] {
    indices.dropFirst().map { [Array(self[..<$0]), Array(self[$0...])] }
  }

  /// The bytes, each alone.
  public var oneByOne: [[UInt8]] { map { [$0] } }

  /// The bytes in parts of random lengths from 1 to `longest`.
  public func cut(by generator: inout SeededGenerator, longest: Int) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var rest = self[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...longest, using: &generator))
      parts.append(Array(part))
      rest = rest.dropFirst(part.count)
    }
    return parts
  }

  /// The bytes with `count` of them changed, left out or doubled at random.
  public func mutated(by generator: inout SeededGenerator, count: Int) -> [UInt8] {
    var bytes = self
    for _ in 0..<count where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &generator)
      switch UInt8.random(in: 0..<4, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(bytes[place], at: place)
      case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      default: bytes[place] = .random(in: 0...255, using: &generator)
      }
    }
    return bytes
  }
}
