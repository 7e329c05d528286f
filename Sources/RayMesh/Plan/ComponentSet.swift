/// Some of Ray's components, gone through in their own order.
struct ComponentSet: Sequence, IteratorProtocol {
  private var bits: UInt16 = 0

  mutating func insert(_ component: RayComponent) { bits |= ComponentSet.bit(of: component) }
  mutating func formUnion(_ other: ComponentSet) { bits |= other.bits }
  func contains(_ component: RayComponent) -> Bool { bits & ComponentSet.bit(of: component) != 0 }
  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }

  mutating func next() -> RayComponent? {
    guard let component = RayComponent(rawValue: bits.trailingZeroBitCount) else { return nil }
    bits &= bits &- 1
    return component
  }

  private static func bit(of component: RayComponent) -> UInt16 { 1 << UInt16(component.rawValue) }
}
