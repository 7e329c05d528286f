public import Foundation

/// Files that tests read: the project's own under `Tests/Fixtures`, and the recorded ones where they are.
public enum Fixture {
  /// The folder with the project's own fixtures.
  public static let folder = tests.appending(path: "Fixtures")

  /// The folder with AdmissionReviews recorded from a real API server, or `nil` on a machine that has none.
  ///
  /// They stand beside the checkout, not in it: `RAYMESH_SHARED` names the folder where it is elsewhere.
  public static let recordedReviews: URL? = {
    let stated = ProcessInfo.processInfo.environment["RAYMESH_SHARED"].map { URL(filePath: $0) }
    let shared = stated ?? tests.appending(path: "../../shared").standardizedFileURL
    let reviews = shared.appending(path: "fixtures/admission")
    return FileManager.default.fileExists(atPath: reviews.path) ? reviews : nil
  }()

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// What a fixture holds, by its path below `Tests/Fixtures`.
  public static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }

  /// The files of a folder whose names end so, sorted by name.
  public static func files(in folder: URL, ending suffix: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix(suffix) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
