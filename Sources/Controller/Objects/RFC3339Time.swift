internal import Transport

/// A time to the second in UTC, as Kubernetes writes `metav1.Time`: `2026-11-24T12:00:00Z`, or to the microsecond as
/// `metav1.MicroTime`. Texts of one length in one zone are in the order of the times.
struct RFC3339Time: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// To the second, as Kubernetes writes it.
  let description: String

  init?(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    let form = "0000-00-00T00:00:00".unicodeScalars
    guard scalars.count > form.count, scalars.last == "Z" else { return nil }
    let isTime = zip(form, scalars).allSatisfy { pattern, found in
      pattern == "0" ? ("0"..."9").contains(found) : found == pattern
    }
    guard isTime else { return nil }
    description = "\(text.prefix(form.count))Z"
  }

  init(second: Int) { description = RFC3339.text(at: second) }

  static func < (one: RFC3339Time, other: RFC3339Time) -> Bool { one.description < other.description }
}
