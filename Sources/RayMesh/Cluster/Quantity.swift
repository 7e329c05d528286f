/// A Kubernetes resource quantity, read only for how many whole units it takes, rounded up.
///
/// The grammar is that of `k8s.io/apimachinery/pkg/api/resource`: digits with an optional point, then a decimal suffix
/// (`m`, `k` …), a binary one (`Ki` …) or an exponent. KubeRay rounds CPUs up the same way (`Quantity.Value`).
struct Quantity: Hashable {
  /// The value rounded up; `Int.max` where it is larger than that.
  let roundedUp: Int

  /// A quantity as it is written, or `nil` where that is none or is negative.
  init?(_ text: String) {
    let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    let points = digits.count { $0 == UInt8(ascii: ".") }
    guard points <= 1, digits.count > points, let scale = Scale(text[digits.endIndex...]),
      let number = Double(digits.first == UInt8(ascii: ".") ? "0\(Substring(digits))"[...] : Substring(digits))
    else { return nil }
    let value = (number * scale.factor / scale.divisor).rounded(.up)
    roundedUp = value < Double(Int.max) ? Int(value) : Int.max
  }

  /// What follows the digits. Dividing keeps `500m` exact where multiplying by 0.001 would not.
  private struct Scale {
    var factor = 1.0
    var divisor = 1.0

    init?(_ suffix: Substring) {
      switch suffix {
      case "": break
      case "n": divisor = 1e9
      case "u": divisor = 1e6
      case "m": divisor = 1e3
      case "k": factor = 1e3
      case "M": factor = 1e6
      case "G": factor = 1e9
      case "T": factor = 1e12
      case "P": factor = 1e15
      case "E": factor = 1e18
      case "Ki": factor = 0x1p10
      case "Mi": factor = 0x1p20
      case "Gi": factor = 0x1p30
      case "Ti": factor = 0x1p40
      case "Pi": factor = 0x1p50
      case "Ei": factor = 0x1p60
      default: guard setExponent(suffix) else { return nil }
      }
    }

    private mutating func setExponent(_ suffix: Substring) -> Bool {
      guard suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()),
        (-30...30).contains(exponent)
      else { return false }
      for _ in 0..<abs(exponent) {
        if exponent > 0 { factor *= 10 } else { divisor *= 10 }
      }
      return true
    }
  }
}
