package import JSON
internal import Limits
internal import Names
package import Transport

/// Reads a list in pages (Kubernetes API concepts, "Retrieving large results sets in chunks").
///
/// If a page cannot be read, the reader asks for fewer objects. It skips a single object that cannot be read, so that
/// object never hides the others.
package struct ListReader {
  private let call: APICall
  private let client: KubernetesClient
  private let deadline: () -> Instant
  private var size = PageSize()
  private var token: String?
  private var isDone = false
  /// The version from which to watch, once the last part has come.
  package private(set) var resourceVersion = ""

  /// The next part of a list.
  package enum Part {
    case page(ObjectPage)
    case skipped(SkippedObject)
  }

  /// - Parameters:
  ///   - call: the call that asks for the whole list.
  ///   - patience: how long each page may take.
  package init(_ call: APICall, by client: KubernetesClient, patience: Duration) {
    self.init(call, client) { .now + patience }
  }

  /// - Parameter deadline: by when the last page must have come.
  package init(_ call: APICall, by client: KubernetesClient, until deadline: Instant) {
    self.init(call, client) { deadline }
  }

  private init(_ call: APICall, _ client: KubernetesClient, deadline: @escaping () -> Instant) {
    (self.call, self.client, self.deadline) = (call, client, deadline)
  }

  /// Returns the next part, or `nil` after the last one.
  ///
  /// - Throws: `KubernetesError` if the API server does not answer, or rejects the call.
  package mutating func next() async throws(KubernetesError) -> Part? {
    while !isDone {
      do throws(KubernetesError) {
        let page = try ObjectPage(try await ask(for: size.objects))
        size.took(page.items.count, bytes: client.received)
        goOn(behind: page)
        return .page(page)
      } catch {
        guard error.isUnreadable else { throw error }
        if !size.shrink() { return .skipped(try await skip(error.description)) }
      }
    }
    return nil
  }

  private mutating func goOn(behind page: ObjectPage) {
    (token, resourceVersion, isDone) = (page.next, page.resourceVersion, page.next == nil)
  }

  /// Skips one object. Its metadata tells which it is or, if even that is too large, its row in a table.
  private mutating func skip(_ reason: String) async throws(KubernetesError) -> SkippedObject {
    do throws(KubernetesError) {
      let page = try ObjectPage(try await ask(for: 1, as: WatchedResource.metadataList))
      goOn(behind: page)
      let identity = page.items.first.flatMap { try? ObjectIdentity(of: $0) }
      return SkippedObject(identity: identity, name: identity?.key.description ?? "", reason: reason)
    } catch {
      guard error.isUnreadable else { throw error }
      let table = try await ask(for: 1, as: ListReader.table, [("includeObject", "None")])
      goOn(behind: try ObjectPage(table))
      let row = (try? table.root.array("rows"))?.first
      let name = (try? row?.array("cells"))?.first?.string
      return SkippedObject(identity: nil, name: name ?? "", reason: reason)
    }
  }

  private func ask(
    for count: Int, as form: String? = nil, _ parameters: [(name: String, value: String)] = []
  ) async throws(KubernetesError) -> JSONDocument {
    var call = call
    call.query += [("limit", String(count))] + parameters
    if let token { call.query.append(("continue", token)) }
    if let form { call.accept = form }
    return try await client.send(call, until: deadline())
  }

  /// The media type of a list as `kubectl get` shows it: names and some columns.
  private static let table = "application/json;as=Table;g=\(APIGroup<String>.meta);v=v1"
}

/// An object of a list that cannot be read.
package struct SkippedObject: Hashable, Sendable {
  /// Which object it is; `nil` if its metadata cannot be read either.
  package let identity: ObjectIdentity?
  /// The object's name for a person, without its namespace if only a table tells it.
  package let name: String
  /// The reason for a person.
  package let reason: String

  /// A skipped object.
  package init(identity: ObjectIdentity?, name: String, reason: String) {
    (self.identity, self.name, self.reason) = (identity, name, reason)
  }
}

/// A part of a list (Kubernetes API concepts, "Retrieving large results sets in chunks").
package struct ObjectPage {
  /// The objects. Objects of built-in kinds do not contain their kind.
  package let items: [JSONElement]
  /// The version from which to watch, once the last page has come.
  package let resourceVersion: String
  /// The token of the next page; `nil` on the last page.
  package let next: String?

  /// Reads a list.
  ///
  /// - Throws: `KubernetesError` if the document is not a list.
  package init(_ document: JSONDocument) throws(KubernetesError) {
    do throws(JSONMismatch) {
      items = try document.root.array("items").map(\.asRoot)
      let metadata = try document.root.requiredObject("metadata")
      resourceVersion = try metadata.requiredString("resourceVersion")
      next = try metadata.string("continue").flatMap { $0.isEmpty ? nil : $0 }
    } catch { throw .unreadable(error.description) }
  }
}

/// How many objects to ask for at once. Nobody knows how large they are, so the first page is small. Later pages grow
/// or shrink with the size of the objects.
struct PageSize {
  /// The number of objects to ask for.
  private(set) var objects = PageSize.first

  /// Records a page that was read.
  mutating func took(_ count: Int, bytes: Int) {
    let fitting = count == 0 ? objects : max(1, ClusterLimits.page.value / max(1, bytes / count))
    objects = min(fitting, objects * PageSize.step, ClusterLimits.pageObjects.value)
  }

  /// Records a page that could not be read. Returns false if it had one object.
  mutating func shrink() -> Bool {
    guard objects > 1 else { return false }
    objects = max(1, objects / PageSize.step)
    return true
  }

  /// How much larger a page may be than the one before it.
  private static let step = 4
  private static let first = 4
}
