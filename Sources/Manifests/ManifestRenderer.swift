public import RayMesh

/// Renders manifests: every RayCluster as the webhook would patch it and followed by its Service, all else as it is.
public struct ManifestRenderer {
  private let options: PlanOptions
  private let namespace: String

  /// - Parameter namespace: of clusters whose manifest does not say.
  public init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// A file's name, for what there is to say about it, and what it holds.
  public typealias File = (name: String, bytes: [UInt8])

  /// What came out.
  public struct Rendering: Sendable {
    /// The YAML stream.
    public fileprivate(set) var text = ""
    /// What the user should know though nothing is wrong, each with its file and line.
    public fileprivate(set) var warnings: [ManifestError] = []
  }

  /// Renders files, one after the other, into one YAML stream.
  ///
  /// - Throws: `RenderRefusal` with everything that is wrong with any of them; then nothing is rendered.
  public func render(_ files: [File]) throws(RenderRefusal) -> Rendering {
    var rendering = Rendering()
    var errors: [ManifestError] = []
    for file in files {
      guard let text = String(validating: file.bytes, as: UTF8.self) else {
        errors.append(.notUTF8(file.name))
        continue
      }
      for document in ManifestStream(text).documents {
        do throws(ManifestError) { try render(document, of: file.name, into: &rendering) } catch {
          errors.append(error)
        }
      }
    }
    guard errors.isEmpty else { throw RenderRefusal(errors: errors) }
    return rendering
  }

  private func render(
    _ document: ManifestStream.Document, of file: String, into rendering: inout Rendering
  ) throws(ManifestError) {
    var rendered = DocumentRendering(options: options, namespace: namespace)
    do throws(YAMLFault) { rendering.append(try rendered.text(of: document), document) } catch {
      throw ManifestError(file: file, line: document.line + error.line - 1, reason: error.reason)
    }
    rendering.warnings += rendered.warnings.map { ManifestError(file: file, line: document.line, reason: $0) }
  }
}

extension ManifestRenderer.Rendering {
  /// Adds a document; between two files there may be no line end and no marker yet.
  fileprivate mutating func append(_ rendered: String, _ document: ManifestStream.Document) {
    if !text.isEmpty {
      if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
      if document.hasDirective, !text.hasSuffix("...\n") { text += "...\n" }
      if !document.hasMarker, !text.hasSuffix("...\n") { text += "---\n" }
    }
    text += rendered
  }
}
