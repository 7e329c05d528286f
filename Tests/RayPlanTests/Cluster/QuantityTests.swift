import TestSupport
import Testing

@testable import RayPlan

/// The grammar is that of `k8s.io/apimachinery/pkg/api/resource`, `quantity.go`; rounding up is its `Value()`.
@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", 0), ("2", 2), ("16", 16), ("007", 7), ("+2", 2), ("1.5", 2), (".5", 1), ("5.", 5), ("0.0", 0), ("1.0", 1),
    ("500m", 1), ("1m", 1), ("1000m", 1), ("1001m", 2), ("3000m", 3), ("0m", 0), ("1.5m", 1), ("1n", 1), ("1u", 1),
    ("1000000000n", 1), ("1000000001n", 2), ("2000000u", 2), ("1k", 1000), ("1.1k", 1100), ("2M", 2_000_000),
    ("3G", 3_000_000_000), ("4T", 4_000_000_000_000), ("5P", 5_000_000_000_000_000), ("6E", 6_000_000_000_000_000_000),
    ("1Ki", 1024), ("1.5Ki", 1536), (".5Ki", 512), ("1Mi", 1 << 20), ("1Gi", 1 << 30), ("1Ti", 1 << 40),
    ("1Pi", 1 << 50), ("1Ei", 1 << 60), ("4e0", 4), ("4E0", 4), ("1e3", 1000), ("1e+3", 1000), ("1e-3", 1),
    ("1500e-3", 2), ("1.1e2", 110), ("2.3e2", 230), ("0e9", 0),
  ])
  func `a quantity is read and rounded up`(text: String, value: Int) {
    #expect(Quantity(text)?.roundedUp == value)
  }

  @Test(arguments: [
    "", " ", "abc", "m", ".", "+", "-1", "-500m", "++1", "1.2.3", "1..2", "1,5", "1_000", " 1", "1 ", "1 m", "1K",
    "1mi", "1ki",
    "1KiB", "1mm", "1e", "1e1.5", "1em", "1e 3", "e3", "0x10", "1/2", "½", "٤", "NaN", "inf", "1e99999999999999999999",
  ])
  func `an invalid or negative quantity is nil`(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test(arguments: ["9223372036854775807", "99999999999999999999", "16Ei", "10E", "1e19", "1e300", "1e9999"])
  func `what an Int does not hold is as large as one gets`(text: String) {
    #expect(Quantity(text)?.roundedUp == .max)
  }

  @Test(arguments: 1...500 as ClosedRange<UInt64>)
  func `any quantity rounds up exactly`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = Int.random(in: 0...999, using: &random)
    let thousandths = Int.random(in: 0...999, using: &random)
    let fraction = String(String(1000 + thousandths).dropFirst())
    let power = Int.random(in: -6...6, using: &random)
    let scale = (0..<abs(power)).reduce(1) { product, _ in product * 10 }
    let exact = whole * 1000 + thousandths
    let (dividend, divisor) = power < 0 ? (exact, 1000 * scale) : (exact * scale, 1000)
    #expect(Quantity("\(whole).\(fraction)e\(power)")?.roundedUp == (dividend + divisor - 1) / divisor)
  }
}
