import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// Reviews one value of which is of another kind, missing or there twice: a patch applies, or there is none.
@Suite struct MutatedReviewTests {
  private static let kinds: [JSONValue] = [.null, true, 7, .double(0.5), "x", "", [], ["x"], [.null], [:], ["x": "y"]]

  @Test(arguments: ["already-patched", "guide-like-cluster", "no-maps"])
  func `any value of a review is of any kind`(name: String) throws {
    let review = try JSONValue(JSONDocument(Fixture.bytes("reviews/\(name).json")).root)
    let object = try #require(review["request"]?["object"])
    for place in object.places {
      for kind in Self.kinds {
        try expectPatchApplies(to: review, with: object.with(place) { $0 = kind }, "\(place) is \(kind.text)")
      }
      try expectPatchApplies(to: review, with: object.without(place), "\(place) is missing")
      try expectPatchApplies(to: review, with: object.twice(place), "\(place) is there twice")
    }
  }

  @Test(arguments: stride(from: UInt64(1), to: 1000, by: 250).map { first in first...first + 249 })
  func `any value of a random cluster, created or updated, is of any kind`(seeds: ClosedRange<UInt64>) throws {
    var patched = 0
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      var choices = Choices(seed: seed)
      let (object, old) = (random.object(), choices.maybe { _ in random.object() })
      for _ in 0..<8 {
        guard let place = object.places.randomElement(using: &choices.generator) else { continue }
        let mutated = choices.one(of: [
          object.with(place) { $0 = choices.one(of: Self.kinds) }, object.without(place), object.twice(place),
        ])
        let answer = old == nil ? try? mutated.answer() : try? mutated.answer(updating: old ?? .null)
        guard let patch = answer?.patch, !patch.isEmpty else { continue }
        patched += 1
        #expect(throws: Never.self, "seed \(seed): \(place)") { try patch.applied(to: mutated) }
      }
    }
    #expect(patched > 50)
  }

  @Test func `the patches of mutated reviews apply by Python's jsonpatch too`() async throws {
    var cases: [(patch: JSONPatch, value: JSONValue)] = []
    let object = ClusterSketch(annotations: ["a": "b"], workers: [GroupSketch(env: [], ports: [])]).object
    for place in object.places {
      for kind in Self.kinds {
        let mutated = object.with(place) { $0 = kind }
        if let patch = try? mutated.answer().patch, !patch.isEmpty { cases.append((patch, mutated)) }
      }
    }
    let theirs = try await Python.apply(cases)
    try #require(cases.count > 100 && theirs.count == cases.count)
    for (ours, theirs) in zip(cases, theirs) {
      #expect(try ours.patch.applied(to: ours.value).text == theirs?.text)
    }
  }

  @Test(arguments: [.null, "x", 7, [], true] as [JSONValue])
  func `a container that is no object is the API server's to report`(container: JSONValue) throws {
    var sketch = ClusterSketch(workers: [GroupSketch()])
    sketch.workers?[0].pod = ["containers": [container]]
    #expect(try sketch.answer() == .allow([]))
    sketch.head.pod = ["containers": [container, container]]
    #expect(try sketch.answer() == .allow([]))
    let whole = try ClusterSketch(workers: [GroupSketch()]).object.created()
    #expect(try sketch.object.answer(updating: whole) == .allow([]))
  }

  private func expectPatchApplies(to review: JSONValue, with object: JSONValue, _ context: Comment) throws {
    let mutated = review.with("/request/object") { $0 = object }
    guard let reply = try? Reviewer().review(JSONWriter.bytes(of: mutated)) else { return }
    #expect(throws: Never.self, context) { try reply.answer.patch.applied(to: object) }
  }
}

extension JSONValue {
  /// Where each value below this one stands.
  fileprivate var places: [JSONPointer] {
    let children: [(place: JSONPointer, value: JSONValue)] =
      elements?.enumerated().map { (JSONPointer.root.appending($0.offset), $0.element) }
      ?? members?.map { (JSONPointer.root.appending($0.key), $0.value) } ?? []
    return children.flatMap { child in [child.place] + child.value.places.map { child.place.appending(path: $0) } }
  }

  /// The same with another value at a place.
  fileprivate func with(_ place: JSONPointer, _ change: (inout JSONValue) -> Void) -> JSONValue {
    changed(place.tokens[...]) { children, token in
      guard var value = children[token] else { return }
      change(&value)
      children[token] = value
    }
  }

  /// The same without what stands at a place.
  fileprivate func without(_ place: JSONPointer) -> JSONValue {
    changed(place.tokens[...]) { $0[$1] = nil }
  }

  /// The same with what stands at a place once more, if that is an element of an array.
  fileprivate func twice(_ place: JSONPointer) -> JSONValue {
    changed(place.tokens[...]) { children, token in children.double(token) }
  }

  private func changed(_ tokens: ArraySlice<String>, _ change: (inout Children, String) -> Void) -> JSONValue {
    guard let token = tokens.first else { return self }
    var children = Children(self)
    if tokens.count == 1 {
      change(&children, token)
    } else {
      children[token] = children[token]?.changed(tokens.dropFirst(), change)
    }
    return children.value
  }
}

/// The children of an array or an object, by their tokens.
private struct Children {
  private(set) var value: JSONValue

  init(_ value: JSONValue) { self.value = value }

  subscript(token: String) -> JSONValue? {
    get { value.elements.map { $0[Int(token) ?? 0] } ?? value[token] }
    set {
      if var elements = value.elements, let index = Int(token) {
        if let newValue { elements[index] = newValue } else { elements.remove(at: index) }
        value = .array(elements)
      } else if case .object(var object) = value {
        object[token] = newValue
        value = .object(object)
      }
    }
  }

  mutating func double(_ token: String) {
    guard var elements = value.elements, let index = Int(token) else { return }
    elements.insert(elements[index], at: index)
    value = .array(elements)
  }
}
