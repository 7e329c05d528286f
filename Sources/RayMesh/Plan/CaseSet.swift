/// Some of an enum's cases, of which there are at most 32 and whose numbers begin at 0. Gone through in their own order.
struct CaseSet<Case: RawRepresentable<Int>>: Sequence, IteratorProtocol, Hashable, ExpressibleByArrayLiteral {
  private var bits: UInt32 = 0

  init(arrayLiteral cases: Case...) { for one in cases { insert(one) } }

  mutating func insert(_ one: Case) { bits |= CaseSet.bit(of: one) }
  mutating func formUnion(_ other: CaseSet) { bits |= other.bits }
  func contains(_ one: Case) -> Bool { bits & CaseSet.bit(of: one) != 0 }
  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }

  mutating func next() -> Case? {
    guard let one = Case(rawValue: bits.trailingZeroBitCount) else { return nil }
    bits &= bits &- 1
    return one
  }

  private static func bit(of one: Case) -> UInt32 { 1 << UInt32(one.rawValue) }
}

/// Some of Ray's components.
typealias ComponentSet = CaseSet<RayComponent>

/// Some of the ray start parameters that Raymesh goes by, in the order of the alphabet.
typealias ParameterSet = CaseSet<RayParameter>

extension ParameterSet {
  /// Those that are keys of a map.
  init(keysOf map: StringMap) {
    self = []
    for key in map.keys { if let parameter = RayParameter(key) { insert(parameter) } }
  }
}
