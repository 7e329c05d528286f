/// What is wrong with a manifest, and where.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it, `-` for standard input.
  public let file: String
  /// The line, from 1: of the fault itself in what is not YAML, else of its document.
  public let line: Int
  /// What is wrong, with the place in the document, the value found and what was expected.
  public let reason: String

  /// One line for a person.
  public var description: String { "\(file == "-" ? "standard input" : file):\(line): \(reason)" }
}

/// Why nothing is rendered: everything that is wrong with any document of any file.
public struct RenderRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, at least one.
  public let errors: [ManifestError]

  /// One line for each.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
