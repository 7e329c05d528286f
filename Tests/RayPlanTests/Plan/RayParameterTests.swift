import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct RayParameterTests {
  @Test func `they stand in the order of the alphabet, and need no escape`() {
    let names = RayParameter.allCases.map(\.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") } })
  }

  @Test func `a name tells its parameter, and no other name does`() {
    #expect(RayParameter.allCases.allSatisfy { RayParameter($0.name) == $0 })
    #expect(RayParameter("dashboard-host") == nil && RayParameter("") == nil)
  }

  @Test func `a set is gone through by the alphabet, whatever the order of the object's keys`() throws {
    let text = #"{"port":"1","x":"2","num-cpus":"3","node-ip-address":"4","port":"5"}"#
    let keys = ParameterSet(keysOf: try StringMap(element(text)))
    #expect(Array(keys) == [.nodeIPAddress, .cpus, .port] && keys.count == 3)
    #expect(keys.contains(.port) && !keys.contains(.dashboardPort))
    #expect(ParameterSet(keysOf: StringMap()).isEmpty)
  }

  @Test func `names that Raymesh does not go by are kept beside the others, each once`() {
    var names = ParameterNames()
    for name in ["zeta", "port", "alpha", "zeta", "port"] { names.insert(name) }
    var known: ParameterSet = []
    known.insert(.cpus)
    names.formUnion(known)
    #expect(names.sorted == ["alpha", "num-cpus", "port", "zeta"] && names.count == 4)
    #expect(names.filter { $0 != "alpha" && $0 != "port" }.sorted == ["num-cpus", "zeta"])
  }
}
