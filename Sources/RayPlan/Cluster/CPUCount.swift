/// How many CPUs Ray will count on a group's nodes, and by whose word.
public struct CPUCount: Hashable, Sendable {
  /// The number, rounded up.
  public let count: Int
  /// What the number comes from.
  public let source: Source

  /// Where the number comes from: the first of these that there is.
  public enum Source: String, Sendable {
    /// The ray start parameter `num-cpus`.
    case parameter = "num-cpus"
    /// The group's own `resources` (KubeRay 1.5 on).
    case group = "resources"
    /// The Ray container's CPU limit.
    case limit
    /// The Ray container's CPU request.
    case request
    /// Nobody. What is counted then is a large node, as at admission nobody knows the real one.
    case nobody
  }
}

extension RayGroup {
  /// How many CPUs Ray will count on a node: the user's `num-cpus`, else the group's or the Ray container's resources.
  ///
  /// A value that only the pod's shell can tell, such as `$(nproc)`, is skipped.
  package func cpuCount() throws(PlanFault) -> CPUCount {
    switch value(of: .cpus) {
    case .absent, .unknown: break
    case .split: throw fault(of: .cpus, expected: .oneWord)
    case .word(let text):
      guard let count = Quantity(text)?.roundedUp ?? Int(python: text), count >= 0 else {
        throw fault(of: .cpus, evaluated: text, expected: .cpus)
      }
      return CPUCount(count: count, source: .parameter)
    }
    if let groupCPUs { return CPUCount(count: groupCPUs, source: .group) }
    if let limit = container.cpuLimit { return CPUCount(count: limit, source: .limit) }
    if let request = container.cpuRequest { return CPUCount(count: request, source: .request) }
    return CPUCount(count: 16, source: .nobody)
  }
}

/// A Kubernetes resource quantity, read only for how many whole units it takes, rounded up.
///
/// The grammar is that of `k8s.io/apimachinery/pkg/api/resource`: digits with an optional point, then a decimal suffix
/// (`m`, `k` …), a binary one (`Ki` …) or an exponent. KubeRay rounds CPUs up the same way (`Quantity.Value`).
struct Quantity: Hashable {
  /// The value rounded up; `Int.max` if it is larger than that.
  let roundedUp: Int

  /// A quantity as it is written, or `nil` if that is none or is negative.
  init?(_ text: String) {
    // Nearly all are whole, and need none of the below.
    if text.utf8.count < 16, let whole = Int(digits: text.utf8Span.span) {
      roundedUp = whole
      return
    }
    let number = text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    let digits = number.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    // Read with its exponent in one go: 1.1e2 is 110, while 1.1 * 100 is a little more.
    guard digits.contains(where: { $0 != UInt8(ascii: ".") }), let scale = Scale(number[digits.endIndex...]),
      let decimal = Double(scale.exponent == 0 ? Substring(digits) : "\(Substring(digits))e\(scale.exponent)")
    else { return nil }
    let value = (decimal * scale.factor).rounded(.up)
    roundedUp = value < Double(Int.max) ? Int(value) : Int.max
  }

  /// What follows the digits: a power of ten, or a factor that is a power of two and so exact.
  private struct Scale {
    var exponent = 0
    var factor = 1.0

    init?(_ suffix: Substring) {
      switch suffix {
      case "": break
      case "n": exponent = -9
      case "u": exponent = -6
      case "m": exponent = -3
      case "k": exponent = 3
      case "M": exponent = 6
      case "G": exponent = 9
      case "T": exponent = 12
      case "P": exponent = 15
      case "E": exponent = 18
      case "Ki": factor = 0x1p10
      case "Mi": factor = 0x1p20
      case "Gi": factor = 0x1p30
      case "Ti": factor = 0x1p40
      case "Pi": factor = 0x1p50
      case "Ei": factor = 0x1p60
      default:
        guard suffix.first == "e" || suffix.first == "E", let power = Int(suffix.dropFirst()) else { return nil }
        exponent = power
      }
    }
  }
}
