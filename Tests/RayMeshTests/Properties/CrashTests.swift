import Foundation
import RayMesh
import TestSupport
import Testing

/// Inputs that once did harm, left behind by the fuzzer or found by hand.
@Suite struct CrashTests {
  /// `Tests/Fixtures/crashes`, where the fuzzer leaves what it finds; nothing yet where the folder is not there.
  private static let inputs = (try? Fixture.files(in: Fixture.folder.appending(path: "crashes"), ending: "")) ?? []

  @Test(.enabled(if: !inputs.isEmpty, "no input has done harm yet"), arguments: inputs)
  func `an input that once did harm is answered or refused`(file: URL) throws {
    _ = try? Reviewer().review([UInt8](Data(contentsOf: file)))
  }
}
