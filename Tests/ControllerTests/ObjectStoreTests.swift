import Kubernetes
import Testing

@testable import Controller

/// What is known of objects, by their watch and by what writes answer.
@Suite struct ObjectStoreTests {
  private let store = ObjectStore<String>()
  private let key = ObjectKey(namespace: "ray", name: "demo")

  @Test func `what a write has answered is known at once`() {
    store.replace(nil, of: key, by: "written")
    #expect(store[key] == "written")
    store.replace("written", of: key, by: "again")
    #expect(store[key] == "again")
  }

  @Test func `what the watch has told meanwhile stays`() {
    store.update(key, to: "edited")
    store.replace(nil, of: key, by: "written")
    #expect(store[key] == "edited")
    store.update(key, to: nil)
    store.replace("edited", of: key, by: "written")
    #expect(store[key] == nil)
  }
}
