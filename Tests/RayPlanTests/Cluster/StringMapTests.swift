import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct StringMapTests {
  @Test(arguments: [0, 1, 2, 31, 32, 33, 34, 100])
  func `short or long, a map gives each key its first value`(count: Int) throws {
    let members = (0..<count).flatMap { [("key \($0)", "\($0)"), ("key \($0)", "another")] }
    let text = members.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
    for map in [StringMap(members.map { (key: $0.0, value: $0.1) }), try StringMap(element("{\(text)}"))] {
      for (key, _) in members { #expect(map[key].map { "key \($0)" } == key) }
      #expect(map["key \(count)"] == nil && map[""] == nil)
      #expect(map.dictionary.count == count && map.keys.count == 2 * count)
      #expect(map.filter { key, _ in key == "key 1" }.dictionary == (count > 1 ? ["key 1": "1"] : [:]))
    }
  }

  @Test func `nothing but strings is taken`() throws {
    #expect(throws: JSONMismatch.self) { try StringMap(element(#"{"a":1}"#)) }
    #expect(throws: JSONMismatch.self) { try StringMap(element("[]")) }
  }
}
