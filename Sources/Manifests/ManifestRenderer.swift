public import RayPlan

/// Renders manifests: patches each RayCluster as the webhook would, adds its Service after it, and copies everything else.
///
/// Rendering the output again changes nothing: if the manifests already contain a cluster's Service, it is replaced.
public struct ManifestRenderer {
  private let options: PlanOptions
  private let namespace: String

  /// - Parameter namespace: the namespace of clusters without one in their manifest.
  public init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// A file: its name for messages, and its content.
  public typealias File = (name: String, bytes: [UInt8])

  /// The result of rendering files.
  public struct Rendering: Sendable {
    /// The YAML stream.
    public fileprivate(set) var text = ""
    /// The warnings for the user, each with its file and line.
    public fileprivate(set) var warnings: [ManifestError] = []
  }

  /// Renders files, one after the other, into one YAML stream.
  ///
  /// - Throws: `RenderRefusal` with all errors in all files. Nothing is rendered then.
  public func render(_ files: [File]) throws(RenderRefusal) -> Rendering {
    var errors: [ManifestError] = []
    var plans: [FilePlan] = []
    for file in files {
      do throws(ManifestError) { plans.append(try plan(file, &errors)) } catch { errors.append(error) }
    }
    guard errors.isEmpty else { throw RenderRefusal(errors: errors) }
    let all = plans.flatMap(\.documents).map(\.rendering)
    let services = all.reduce(into: Set<ServiceKey>()) { $0.formUnion($1.services) }
    let found = all.reduce(into: Set<ServiceKey>()) { $0.formUnion($1.found) }
    let rendering = write(plans, replacing: services.intersection(found), &errors)
    guard errors.isEmpty else { throw RenderRefusal(errors: errors) }
    return rendering
  }

  /// A file whose RayClusters are planned.
  private struct FilePlan {
    let name: String
    let text: ManifestText
    var documents: [(document: ManifestStream.Document, rendering: DocumentRendering)] = []
  }

  private func plan(_ file: File, _ errors: inout [ManifestError]) throws(ManifestError) -> FilePlan {
    var plan = FilePlan(name: file.name, text: try ManifestText(file.bytes, named: file.name))
    for document in ManifestStream(plan.text.text).documents {
      do throws(YAMLFault) {
        let rendering = try DocumentRendering(of: document, options: options, namespace: namespace)
        plan.documents.append((document, rendering))
        errors += rendering.faults.map { ManifestError($0, in: document, of: file.name) }
      } catch { errors.append(ManifestError(error, in: document, of: file.name)) }
    }
    return plan
  }

  private func write(
    _ plans: [FilePlan], replacing replaced: Set<ServiceKey>, _ errors: inout [ManifestError]
  ) -> Rendering {
    var rendering = Rendering()
    for plan in plans {
      var isFirst = true
      for (document, rendered) in plan.documents {
        do throws(YAMLFaults) {
          let text = try rendered.text(replacing: replaced)
          if isFirst, text != nil { rendering.begin(plan.text, document) }
          isFirst = isFirst && text == nil
          rendering.add(text, of: document)
        } catch { errors += error.all.map { ManifestError($0, in: document, of: plan.name) } }
        rendering.warnings += rendered.warnings.map {
          ManifestError(file: plan.name, line: document.line, reason: $0)
        }
      }
    }
    return rendering
  }
}

extension ManifestRenderer.Rendering {
  /// Begins a file. A line end and a marker may be missing between two files, but not within one.
  fileprivate mutating func begin(_ file: ManifestText, _ first: ManifestStream.Document) {
    guard !text.isEmpty else {
      if file.hasByteOrderMark { text = ManifestText.byteOrderMark }
      return
    }
    if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
    // A directive may only follow the end of a document (YAML 1.2 section 9.2).
    if first.hasDirective { text += "...\n" }
    if !first.hasMarker { text += "---\n" }
  }

  /// Adds the text of a document. If nothing is left of it, its end still separates those before and after it.
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

  init(file: String, line: Int, reason: String) { (self.file, self.line, self.reason) = (file, line, reason) }

  /// Creates the error of a fault in a document.
  init(_ fault: YAMLFault, in document: ManifestStream.Document, of file: String) {
    self.init(file: file, line: document.line + fault.line - 1, reason: fault.reason)
  }

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
