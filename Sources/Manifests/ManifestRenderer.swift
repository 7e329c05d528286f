public import RayPlan

/// Renders manifests: every RayCluster as the webhook would patch it and followed by its Service, all else as it is.
///
/// What has been rendered is rendered to itself: where a cluster's Service is among the manifests already, the one that
/// follows the cluster takes its place.
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
    /// The Services that clusters have got.
    fileprivate var services: Set<ServiceKey> = []
    /// The Services that were there.
    fileprivate var found: Set<ServiceKey> = []
  }

  /// Renders files, one after the other, into one YAML stream.
  ///
  /// - Throws: `RenderRefusal` with everything that is wrong with any of them; then nothing is rendered.
  public func render(_ files: [File]) throws(RenderRefusal) -> Rendering {
    let rendering = try render(files, replacing: [])
    let twice = rendering.services.intersection(rendering.found)
    return twice.isEmpty ? rendering : try render(files, replacing: twice)
  }

  private func render(_ files: [File], replacing replaced: Set<ServiceKey>) throws(RenderRefusal) -> Rendering {
    var rendering = Rendering()
    var errors: [ManifestError] = []
    for file in files {
      do throws(ManifestError) {
        let text = try ManifestText(file.bytes, named: file.name)
        var isFirst = true
        for document in ManifestStream(text.text).documents {
          var rendered = DocumentRendering(options: options, namespace: namespace, replacing: replaced)
          let result = rendered.text(of: document)
          if isFirst, result != nil { rendering.begin(text, document) }
          isFirst = isFirst && result == nil
          rendering.add(result, of: document)
          errors += take(rendered, document, of: file.name, into: &rendering)
        }
      } catch { errors.append(error) }
    }
    guard errors.isEmpty else { throw RenderRefusal(errors: errors) }
    return rendering
  }

  private func take(
    _ rendered: DocumentRendering, _ document: ManifestStream.Document, of file: String,
    into rendering: inout Rendering
  ) -> [ManifestError] {
    rendering.services.formUnion(rendered.services)
    rendering.found.formUnion(rendered.found)
    rendering.warnings += rendered.warnings.map { ManifestError(file: file, line: document.line, reason: $0) }
    return rendered.faults.map { fault in
      ManifestError(file: file, line: document.line + fault.line - 1, reason: fault.reason)
    }
  }
}

extension ManifestRenderer.Rendering {
  /// Begins a file: between two of them there may be no line end and no marker yet. Within a file there are.
  fileprivate mutating func begin(_ file: ManifestText, _ first: ManifestStream.Document) {
    guard !text.isEmpty else {
      if file.hasByteOrderMark { text = ManifestText.byteOrderMark }
      return
    }
    if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
    // A directive follows the end of a document only (YAML 1.2 section 9.2).
    if first.hasDirective { text += "...\n" }
    if !first.hasMarker { text += "---\n" }
  }

  /// Adds what has become of a document. Where nothing has, its end still separates those before and after it.
  fileprivate mutating func add(_ result: String?, of document: ManifestStream.Document) {
    if let result { text += result } else if !text.isEmpty { text += document.closing }
  }
}

/// An error in a manifest, and its place.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it, `-` for standard input.
  public let file: String
  /// The line, from 1: of the error itself if the text is not YAML, otherwise of the document.
  public let line: Int
  /// The error, with its place in the document, the value found and the value expected.
  public let reason: String

  /// The error in one line.
  public var description: String { "\(file == "-" ? "standard input" : file):\(line): \(reason)" }
}

/// The reason why nothing is rendered: all errors in all documents of all files.
public struct RenderRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The errors, at least one.
  public let errors: [ManifestError]

  /// One line for each error.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
