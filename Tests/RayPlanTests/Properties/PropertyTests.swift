import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// What holds for any RayCluster, tried on many that follow from their seeds.
@Suite struct PropertyTests {
  /// Seeds in lots, which run side by side.
  private static let lots = stride(from: UInt64(1), to: 2000, by: 250).map { first in first...first + 249 }

  @Test(arguments: lots)
  func `a cluster is refused by place, or its patch and its Service keep every rule`(
    seeds: ClosedRange<UInt64>
  ) throws {
    var accepted = 0
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let (object, options) = (random.object(), try random.options())
      let (asked, context) = (object.adding("apiVersion", "ray.io/v1"), Comment("seed \(seed)"))
      do {
        let patched = try PatchedCluster(object, namespace: "ray", options: options)
        accepted += 1
        try patched.expectRules(context)
        let answer = try asked.answer(options)
        #expect(answer.patch == patched.patch && answer.denial == nil, context)
      } catch let refusal as Refusal {
        #expect(refusal.faults.allSatisfy { $0.namesItsPlaces }, "\(context): \(refusal)")
        #expect(try asked.answer(options).denial == "RayCluster \(refusal)", context)
      } catch let mismatch as JSONMismatch {
        // Anything that is not an object is a malformed review, not a cluster to be denied.
        guard mismatch.pointer != .root else { continue }
        #expect(try asked.answer(options).denial == "RayCluster \(mismatch)", context)
      }
    }
    #expect((seeds.count / 4...seeds.count * 7 / 8).contains(accepted), "\(accepted) accepted: too one-sided")
  }

  @Test func `a patch applies by Python's jsonpatch with the same result`() async throws {
    let cases = (UInt64(1)...400).compactMap { seed -> PatchedCluster? in
      var random = RandomCluster(seed: seed)
      return try? PatchedCluster(random.object(), namespace: "ray", options: random.options())
    }
    let theirs = try await Python.apply(cases.map { ($0.patch, $0.object) })
    try #require(theirs.count == cases.count && cases.count > 100)
    for (ours, theirs) in zip(cases, theirs) { #expect(ours.patched.text == theirs?.text) }
  }
}

extension PlanFault {
  /// Whether the sentence names every place that takes part.
  fileprivate var namesItsPlaces: Bool {
    let places: [JSONPointer] =
      switch self {
      case .unreadable(let mismatch): [mismatch.pointer]
      case .value(let value): [value.place.pointer]
      case .meshOwned(_, let claim, _): [claim.pointer]
      case .shared(_, let one, let other): [one.pointer, other.pointer]
      case .amongWorkerPorts(_, let claim, let workers): [claim.pointer, workers.pointer]
      case .emptyWorkerRange(let minimum, _, let maximum, _): [minimum.pointer, maximum.pointer]
      case .twoProtocols(_, let one, _, let other, _): [one.pointer, other.pointer]
      }
    return Set(places).count == places.count
      && places.allSatisfy { $0.description.hasPrefix("/spec/") && description.contains($0.description) }
  }
}
