import Foundation
import TestSupport
import Testing

@testable import HTTP

/// Inputs of clients that once did harm, left behind by the fuzzer or found by hand.
struct CrashTests {
  private static let folder = Fixture.folder.appending(path: "crashes")
  private static let inputs = ((try? Fixture.files(in: folder, ending: "")) ?? []).filter { file in
    ["requests-", "http2-"].contains { file.lastPathComponent.hasPrefix($0) }
  }

  @Test(.enabled(if: !inputs.isEmpty, "no input has done harm yet"), arguments: inputs)
  func `an input that once did harm is read or refused, byte by byte too`(file: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    guard file.lastPathComponent.hasPrefix("http2-") else {
      #expect(Reading(bytes.oneByOne, limits: .narrow) == Reading([bytes], limits: .narrow))
      return
    }
    let input = HTTP2Bytes.hello + bytes
    #expect(try HTTP2Reading(input.oneByOne, limits: .narrow).outcome == HTTP2Reading([input], limits: .narrow).outcome)
  }
}
