import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct ServiceNameTests {
  @Test(arguments: ["a", "raycluster-mini", String(repeating: "a", count: 50)])
  func `a name that fits is the cluster's with an ending`(name: String) {
    let service = ServiceName(of: .known(name))
    #expect(service?.known == "\(name)-headless-svc")
    #expect(service?.inPod == service?.known)
  }

  /// By `printf %s NAME | sha256sum`: a name must never change, as pods and Services of two versions meet.
  @Test(arguments: [
    (String(repeating: "a", count: 51), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bfc5fe0e360152ca-headless-svc"),
    (String(repeating: "a", count: 53), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-abe346a7259fc90b-headless-svc"),
    (
      "raycluster-with-a-name-of-exactly-fifty-three-letters",
      "raycluster-with-a-name-of-exactly-ecc93f4617d20118-headless-svc"
    ),
  ])
  func `a longer one is cut and made unique by a hash, the same everywhere`(name: String, service: String) {
    #expect(ServiceName(of: .known(name))?.known == service)
    #expect(service.utf8.count == 63)
  }

  /// Computed by hand from FNV-1a in 64 bits, as such names were once made.
  @Test(arguments: [
    (String(repeating: "a", count: 51), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-to4299hhpu-headless-svc"),
    (String(repeating: "a", count: 53), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-p6jpicdt2w-headless-svc"),
    (
      "raycluster-with-a-name-of-exactly-fifty-three-letters",
      "raycluster-with-a-name-of-exactly-fifty-q3a1d56lqt-headless-svc"
    ),
  ])
  func `a cluster whose pods have addresses under an older name keeps it`(name: String, service: String) throws {
    let address = "$(echo $RAYMESH_POD_IP | tr .: -).\(service).ray.svc.cluster.local"
    #expect(ServiceName(of: .known(name), addresses: ["10.0.0.1", address])?.known == service)
    #expect(ServiceName(of: .known(name), addresses: ["x.\(service)"])?.known != service)
    for group in ["headGroupSpec", "workerGroupSpecs"] {
      let parameters: JSONValue = ["rayStartParams": ["node-ip-address": .string(address)]]
      let spec: JSONValue = group == "headGroupSpec" ? parameters : [1, parameters]
      let cluster = try element(#"{"spec": {"\#(group)": \#(spec.text)}}"#)
      #expect(ServiceName(ofStored: cluster, named: name)?.known == service)
      #expect(ServiceName(ofStored: cluster, named: "\(name)x")?.known != service)
    }
  }

  @Test func `no two clusters' Services are called alike, and all names are labels`() {
    var random = SeededGenerator(seed: 1)
    var names: Set<String> = []
    while names.count < 5000 {
      let tail = (0..<Int.random(in: 1...14, using: &random)).map { _ in "abc-9".randomElement(using: &random) ?? "a" }
      names.insert(String(repeating: "x", count: 39) + String(tail) + "z")
    }
    let services = names.compactMap { ServiceName(of: .known($0))?.known }
    #expect(Set(services).count == names.count)
    #expect(services.allSatisfy { $0.wholeMatch(of: /[a-z]([-a-z0-9]{0,61}[a-z0-9])?/) != nil })
  }

  @Test func `under generateName the pod fills in the name`() {
    let service = ServiceName(of: .generated(prefix: "demo-"))
    #expect(service?.known == nil)
    #expect(service?.inPod == "${RAY_CLUSTER_NAME}-headless-svc")
  }

  @Test func `a generated name that could come out too long has no Service's name`() {
    #expect(ServiceName(of: .generated(prefix: String(repeating: "a", count: 45))) != nil)
    #expect(ServiceName(of: .generated(prefix: String(repeating: "a", count: 46))) == nil)
  }
}
