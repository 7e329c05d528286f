public import JSON

/// A part of a list (Kubernetes API concepts, "Retrieving large results sets in chunks").
public struct ObjectPage {
  /// The objects. Those of built-in kinds do not say their kind.
  public let items: [JSONElement]
  /// From where to watch, once the last page has come.
  public let resourceVersion: String
  /// What asks for the next page; `nil` on the last.
  public let next: String?

  /// Reads a list.
  ///
  /// - Throws: `KubernetesError` where it is none.
  public init(_ document: JSONDocument) throws(KubernetesError) {
    do throws(JSONMismatch) {
      items = try document.root.array("items").map(\.asRoot)
      let metadata = try document.root.requiredObject("metadata")
      resourceVersion = try metadata.requiredString("resourceVersion")
      next = try metadata.string("continue").flatMap { $0.isEmpty ? nil : $0 }
    } catch { throw .unreadable(error.description) }
  }
}
