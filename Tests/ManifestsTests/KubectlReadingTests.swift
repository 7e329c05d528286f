import Foundation
import JSON
import TestSupport
import Testing

@testable import Manifests

/// YAML under `Tests/Fixtures/kubectl` and what kubectl 1.32 read it as: `kubectl label --local -f … -o json x=y`.
@Suite struct KubectlReadingTests {
  static let files: [String] = {
    let files = try? Fixture.files(in: Fixture.folder.appending(path: "kubectl"), ending: ".yaml")
    return files?.map(\.lastPathComponent) ?? []
  }()

  @Test func `there are recorded readings`() { #expect(KubectlReadingTests.files.count > 8) }

  @Test(arguments: files) func `a document is read as kubectl read it`(file: String) throws {
    let recorded = try JSONValue(JSONDocument(Fixture.bytes("kubectl/\(file.dropLast(5)).json")).root).unordered
    let ours = try YAMLDocument(Fixture.bytes("kubectl/\(file)"), named: file).value.unordered
    let (expected, data) = (recorded["data"]?.members ?? [], ours["data"]?.members ?? [])
    for (member, expectation) in zip(data, expected) { #expect(member == expectation) }
    #expect(ours == recorded)
  }

  @Test(.enabled("kubectl is needed") { await Kubectl.isAtHand })
  func `the kubectl at hand reads them as they were recorded`() async throws {
    let files = KubectlReadingTests.files
    let readings = try await Kubectl.readings(of: files.map { Fixture.folder.appending(path: "kubectl/\($0)").path })
    #expect(readings.refused == [])
    #expect(readings.documents.count == files.count)
    for (file, reading) in zip(files, readings.documents) {
      let recorded = try JSONValue(JSONDocument(Fixture.bytes("kubectl/\(file.dropLast(5)).json")).root)
      #expect(reading.unordered == recorded.unordered, "\(file)")
    }
  }

  /// What neither kubectl nor we read, and what we say.
  static let refused: [(yaml: String, reason: String)] = [
    ("a: .inf", "found .inf, which JSON cannot represent"),
    ("a: -.Inf", "found -.Inf, which JSON cannot represent"),
    ("a: .NaN", "found .NaN, which JSON cannot represent"),
    ("a: !!int abc", "found abc, which does not match its tag"),
    ("a: !!int 5.0", "found 5.0, which does not match its tag"),
    ("a: !!int \"\"", "found , which does not match its tag"),
    ("a: !!bool 5", "found 5, which does not match its tag"),
    ("a: !!null x", "found x, which does not match its tag"),
    ("a: !!float x", "found x, which does not match its tag"),
    ("a: !!binary \"not base64!\"", "found not base64!, which is not base64, as its tag requires"),
    ("~: 1", "found the key ~, expected a string"),
    ("null: 1", "found the key null, expected a string"),
    ("12345678901234567890: 1", "found the key 12345678901234567890, expected a string"),
    ("? [a]\n: 1", "found a key that is not a scalar"),
    ("? {a: b}\n: 1", "found a key that is not a scalar"),
    ("<<: 5", "found no mapping to merge"),
    ("<<: [5]", "found no mapping to merge"),
    ("<<: ~", "found no mapping to merge"),
    ("a: *x", "found the alias *x without an anchor"),
    ("a: &x [*x]", "found the alias *x inside its own anchor"),
    ("a: &x 1\nb: &x [*x]", "found the alias *x inside its own anchor"),
    ("a: \"\\ud83d\"", "found invalid Unicode character escape code"),
    ("a: \"\\q\"", "found unknown escape character"),
    ("\ta: 1", "found character that cannot start any token"),
    ("a: @x", "found character that cannot start any token"),
    ("a: `x", "found character that cannot start any token"),
    ("a: %x", "found character that cannot start any token"),
    ("a: [1", "did not find expected ',' or ']'"),
    ("a: 'x", "found unexpected end of stream"),
    ("a: 1\n b: 2", "mapping values are not allowed in this context"),
    ("a:\n- b\nc", "could not find expected"),
    ("a: \u{1}", "control characters are not allowed"),
  ]

  @Test(arguments: refused) func `what kubectl does not read is refused with a reason`(yaml: String, reason: String) {
    let error = #expect(throws: ManifestError.self) { try YAMLDocument(Array(yaml.utf8), named: "f.yaml") }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test(.enabled("kubectl is needed") { await Kubectl.isAtHand })
  func `the kubectl at hand refuses it too`() async throws {
    let folder = try TemporaryFolder()
    let files = try KubectlReadingTests.refused.enumerated().map { index, refused in
      let document = "apiVersion: v1\nkind: Reading\nmetadata: {name: a}\ndata:\n\(refused.yaml.indented)\n"
      return try folder.write(Array(document.utf8), to: "\(index).yaml")
    }
    let readings = try await Kubectl.readings(of: files)
    #expect(readings.documents == [])
    #expect(readings.refused == files)
  }

  /// Numbers that JSON has and 64 bits do not.
  @Test(arguments: [
    ("99999999999999999999", PlainScalar.float(1e20)), ("18446744073709551615", .unsigned(.max)),
    ("18446744073709551616", .float(0x1p64)), ("0xFFFFFFFFFFFFFFFF", .unsigned(.max)),
    ("-9223372036854775809", .float(-0x1p63)), ("+18446744073709551615", .float(0x1p64)),
    ("+0xFFFFFFFFFFFFFFFF", .string), ("-0xFFFFFFFFFFFFFFFF", .string),
  ])
  func `an integer beyond 64 bits is a float if go-yaml takes it for one`(text: String, expected: PlainScalar) {
    #expect(PlainScalar(text) == expected)
  }
}

extension String {
  /// The text two columns to the right, except for lines that begin with a tab, which this tests.
  fileprivate var indented: String {
    split(separator: "\n").map { $0.hasPrefix("\t") ? String($0) : "  \($0)" }.joined(separator: "\n")
  }
}
