import Kubernetes
import Testing

@testable import Controller

/// What is known of objects, by their watch and by what writes answer.
@Suite struct ObjectStoreTests {
  private let store = ObjectStore<String>()
  private let key = ObjectKey(namespace: "ray", name: "demo")

  @Test func `what a write has answered is known at once`() {
    for word in ["written", "again"] {
      store.beginWrite(of: key)
      store.endWrite(of: key, with: word)
      #expect(store[key] == word)
    }
  }

  @Test func `what the watch has told meanwhile stays`() {
    store.beginWrite(of: key)
    store.update(key, to: "edited")
    store.endWrite(of: key, with: "written")
    #expect(store[key] == "edited")
    store.beginWrite(of: key)
    store.update(key, to: nil)
    store.endWrite(of: key, with: "written")
    #expect(store[key] == nil)
  }

  @Test func `what is made and gone again before the answer to its create comes is not there`() {
    store.beginWrite(of: key)
    store.update(key, to: "made")
    store.update(key, to: nil)
    store.endWrite(of: key, with: "made")
    #expect(store[key] == nil)
  }

  @Test func `what a list has not found stays away`() {
    store.beginWrite(of: key)
    #expect(store.complete(with: []).isEmpty)
    store.endWrite(of: key, with: "written")
    #expect(store[key] == nil)
  }
}
