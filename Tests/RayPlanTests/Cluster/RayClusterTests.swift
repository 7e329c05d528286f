import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct RayClusterTests {
  @Test func `the slice that Raymesh reads is read, and nothing else looked at`() throws {
    let text = #"""
      {"apiVersion":"ray.io/v1","kind":"RayCluster","unknown":[{"deep":null}],
       "metadata":{"name":"demo","annotations":{"a":"b"},"managedFields":[{"f:spec":{}}],"selfLink":7},
       "spec":{"rayVersion":"2.46.0","suspend":"yes","headGroupSpec":{"serviceType":1,
         "rayStartParams":{"port":"6379"},"template":{"metadata":0,"spec":{"volumes":"x","containers":[
           {"image":1,"ports":[{"containerPort":8000,"name":"serve"}]},{"ports":"not the Ray container's"}]}}},
        "workerGroupSpecs":[{"groupName":"a","replicas":"many","template":{"spec":{"containers":[{}]}}}]},
       "status":{"state":1}}
      """#
    let cluster = try RayCluster(element(text), namespace: "ray")
    #expect(cluster.name == .known("demo") && cluster.namespace == "ray")
    #expect(cluster.rayVersion == RayVersion(major: 2, minor: 46))
    #expect(cluster.annotations == ["a": "b"])
    #expect(cluster.groups.map(\.role) == [.head, .worker("a")])
    #expect(cluster.groups.map(\.pointer) == ["/spec/headGroupSpec", "/spec/workerGroupSpecs/0"])
    #expect(cluster.head.startParameters == ["port": "6379"] && cluster.workers[0].startParameters == nil)
    #expect(cluster.head.container.ports.map(\.name) == ["serve"])
  }

  @Test(
    arguments: [
      ("demo", nil, .known("demo")), ("demo", "other-", .known("demo")), (nil, "demo-", .generated(prefix: "demo-")),
      ("", "demo", .generated(prefix: "demo")),
      (String(repeating: "a", count: 253), nil, .known(String(repeating: "a", count: 253))),
    ] as [(String?, String?, RayCluster.Name)])
  func `a cluster has a name or a prefix of one`(name: String?, prefix: String?, expected: RayCluster.Name) throws {
    #expect(try ClusterSketch(name: name, generateName: prefix).cluster().name == expected)
  }

  @Test(
    arguments: [
      (nil, nil, "name", "nothing"), ("", nil, "name", "nothing"), ("Demo", nil, "name", #""Demo""#),
      ("1demo", nil, "name", #""1demo""#), ("de.mo", nil, "name", #""de.mo""#), ("demo-", nil, "name", #""demo-""#),
      ("$(id)", "demo-", "name", #""$(id)""#), (nil, "Demo-", "generateName", #""Demo-""#),
      (nil, "1-", "generateName", #""1-""#),
    ] as [(String?, String?, String, String)])
  func `a name that no Service can be called after is refused`(
    name: String?, prefix: String?, key: String, found: String
  ) throws {
    let expected = "a name that Services can be called after: lower case letters, digits and '-', a letter first"
    let sketch = ClusterSketch(name: name, generateName: prefix)
    let place: JSONPointer = "/metadata"
    #expect(throws: JSONMismatch(at: place.appending(key), found: found, expected: expected)) { try sketch.cluster() }
  }

  @Test(arguments: [("own", "own"), (nil, "ray"), ("", "ray")] as [(String?, String)])
  func `the namespace is the object's own, else the request's`(stated: String?, namespace: String) throws {
    #expect(try ClusterSketch(namespace: stated).cluster().namespace == namespace)
  }

  @Test(arguments: ["Ray", "ray.io", "-ray", "$(id)"])
  func `a namespace that is none is refused`(namespace: String) throws {
    let mismatch = JSONMismatch(
      at: "/metadata/namespace", found: "\"\(namespace)\"", expected: "a namespace: an RFC 1123 label")
    #expect(throws: mismatch) { try ClusterSketch(namespace: namespace).cluster() }
  }

  @Test(
    arguments: [
      ("{}", "/metadata", "nothing", "an object"),
      (#"{"metadata":[]}"#, "/metadata", "[]", "an object"),
      (#"{"metadata":{"name":"a"}}"#, "/spec", "nothing", "an object"),
      (#"{"metadata":{"name":"a","annotations":{"b":1}}}"#, "/metadata/annotations/b", "1", "a string"),
      (#"{"metadata":{"name":"a","annotations":7}}"#, "/metadata/annotations", "7", "an object"),
      (#"{"metadata":{"name":"a"},"spec":{}}"#, "/spec/headGroupSpec", "nothing", "an object"),
      (#"{"metadata":{"name":"a"},"spec":{"rayVersion":2.1}}"#, "/spec/rayVersion", "2.1", "a string"),
      (
        #"{"metadata":{"name":"a"},"spec":{"headGroupSpec":{"template":{}}}}"#, "/spec/headGroupSpec/template/spec",
        "nothing", "an object"
      ),
      (
        #"{"metadata":{"name":"a"},"spec":{"headGroupSpec":{"template":{"spec":{"containers":[]}}}}}"#,
        "/spec/headGroupSpec/template/spec/containers", "nothing", "at least one container"
      ),
      (
        #"{"metadata":{"name":"a"},"spec":{"headGroupSpec":{"template":{"spec":{"containers":[{}]}}},"workerGroupSpecs":[{}]}}"#,
        "/spec/workerGroupSpecs/0/groupName", "nothing", "a string"
      ),
      ("[1]", "", "[1]", "an object with metadata"),
    ] as [(String, JSONPointer, String, String)])
  func `a part that is not of the CRD's form is named`(
    text: String, place: JSONPointer, found: String, expected: String
  ) throws {
    let object = try element(text)
    #expect(throws: JSONMismatch(at: place, found: found, expected: expected)) {
      try RayCluster(object, namespace: "ray")
    }
  }

  @Test func `a thousand worker groups are read and one more refused`() throws {
    let groups = (0...1000).map { GroupSketch(name: "g\($0)") }
    #expect(try ClusterSketch(workers: Array(groups.dropLast())).cluster().workers.count == 1000)
    let mismatch = JSONMismatch(at: "/spec/workerGroupSpecs", found: "1001 worker groups", expected: "at most 1000")
    #expect(throws: mismatch) { try ClusterSketch(workers: groups).cluster() }
  }
}
