import Foundation
import TestSupport
import Testing

/// Objects and lines of a watch that once did harm, left behind by the fuzzer or found by hand.
struct CrashTests {
  private static let folder = Fixture.folder.appending(path: "crashes")
  private static let inputs = ((try? Fixture.files(in: folder, ending: "")) ?? []).filter { file in
    ["objects-", "watch-"].contains { file.lastPathComponent.hasPrefix($0) }
  }

  /// As the fuzzer reads them, which traps if one is not read.
  @Test(.enabled(if: !inputs.isEmpty, "no input has done harm yet"), arguments: inputs)
  func `an input that once did harm is read or skipped`(file: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    if file.lastPathComponent.hasPrefix("watch-") { readWatch(bytes) } else { readObject(bytes) }
  }
}
