import CFuzzer
import Foundation

/// Bounds the work that an input causes, counted in steps: the edges of the control flow that Raymesh's own code takes.
///
/// The count is the same in every run. What Swift's library and C do is not in it. Work that grows faster than its input
/// is far above the bound: a walk over everything for each of 10,000 entries takes more than 10,000 steps for each.
struct Budget {
  /// What any input may take.
  let always: UInt64
  /// What it may take besides for each of its bytes.
  let eachByte: UInt64
  private var dearest = (steps: UInt64(0), bytes: 0)

  init(always: UInt64, eachByte: UInt64) { (self.always, self.eachByte) = (always, eachByte) }

  /// Traps if the work takes more steps than its input allows.
  mutating func hold(for count: Int, _ work: () -> Void) {
    let start = cfuzzer_steps()
    work()
    let steps = cfuzzer_steps() - start
    let most = always + eachByte * UInt64(count)
    if steps > most { fatalError("\(count) bytes took \(steps) steps, expected at most \(most)") }
    if steps * UInt64(dearest.bytes + 1) > dearest.steps * UInt64(count + 1), count >= 1000 { dearest = (steps, count) }
  }

  /// What the dearest input of at least 1,000 bytes took.
  var told: String { "the dearest input took \(dearest.steps) steps for \(dearest.bytes) bytes" }
}
