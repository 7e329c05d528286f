import Admission
import Foundation
import JSON
import RayPlan
import TestSupport
import Testing

/// An AdmissionReview from a file: the project's own, or one recorded from a real API server.
struct ReviewFile: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  var testDescription: String { name }

  /// The project's own, `Tests/Fixtures/reviews`.
  static let own = files(in: Fixture.folder.appending(path: "reviews"))

  /// The recorded ones, none on a machine that has none.
  static let recorded = Fixture.recordedReviews.map(files) ?? []

  private static func files(in folder: URL) -> [ReviewFile] {
    let files = (try? Fixture.files(in: folder, ending: ".json")) ?? []
    return files.compactMap { file in
      (try? Data(contentsOf: file)).map {
        ReviewFile(name: file.deletingPathExtension().lastPathComponent, bytes: [UInt8]($0))
      }
    }
  }

  /// The object under review, and the namespace that it is created in.
  func subject() throws -> (object: JSONValue, namespace: String) {
    let request = try #require(try JSONValue(JSONDocument(bytes).root)["request"])
    return (try #require(request["object"]), request["namespace"]?.string ?? "")
  }
}
