import JSON
import Kubernetes
import TestSupport
import Testing

@testable import Controller

/// The pods of clusters, by what a watch and a list tell of them.
struct PodIndexTests {
  private let index = PodIndex()
  private let cluster = ObjectKey(namespace: "ray", name: "demo")

  private func pod(_ name: String, made second: Int) throws -> PodSlice {
    let time = RFC3339Time(second: second).description
    let object = try ControllerVisit.pod(name, made: time)
      .setting(["metadata", "uid"], "u").setting(["metadata", "resourceVersion"], "1")
    return try #require(try PodSlice(element(object.text)))
  }

  @Test func `the oldest pod of a cluster counts, as long as it is there`() throws {
    #expect(try index.insert(pod("head", made: 1000)) == nil)
    #expect(try index.insert(pod("worker", made: 2000)) == nil)
    #expect(try index.insert(pod("worker", made: 2000)) == nil, "it has changed, and is the same")
    #expect(index.ages(of: cluster)?.oldest == RFC3339Time(second: 1000))
    #expect(index.remove(ObjectKey(namespace: "ray", name: "head")) == cluster)
    #expect(index.ages(of: cluster)?.oldest == RFC3339Time(second: 2000))
  }

  @Test func `a recreated pod of the same name means that the old one is gone`() throws {
    _ = try index.insert(pod("head", made: 1000))
    #expect(try index.insert(pod("head", made: 2000)) == cluster)
    #expect(index.complete(with: [ObjectKey(namespace: "ray", name: "head")]).isEmpty)
    #expect(index.ages(of: cluster)?.oldest == RFC3339Time(second: 2000))
  }
}
