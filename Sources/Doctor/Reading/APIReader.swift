internal import JSON
internal import Kubernetes
internal import Transport

/// Asks an API server, one thing after the other. What it will not tell is a value like what it tells.
struct APIReader {
  private let client: KubernetesClient
  private let unread = UnreadObjects()

  /// The objects of lists that could not be read.
  var skipped: [UnreadObject] { unread.all }

  init(_ access: ClusterAccess, on loop: EventLoop) { client = KubernetesClient(access, on: loop) }

  /// An object, read by `read`.
  ///
  /// - Throws: `KubernetesError` where nothing can be asked at all.
  func object<Value>(
    _ right: Right, at path: String, _ read: (JSONElement) throws(JSONMismatch) -> Value
  ) async throws(KubernetesError) -> Seen<Value> {
    switch try await answer(to: APICall(.read, path), right) {
    case .there(let document):
      do throws(JSONMismatch) { return .there(try read(document.root)) } catch { return .hidden(right.unread(error)) }
    case .absent: return .absent
    case .hidden(let gap): return .hidden(gap)
    }
  }

  /// A whole list, page by page; objects of which `read` makes nothing are left out.
  ///
  /// - Throws: `KubernetesError` where nothing can be asked at all.
  func list<Value>(
    _ right: Right, at path: String, selector: String? = nil,
    _ read: (JSONElement) throws(JSONMismatch) -> Value?
  ) async throws(KubernetesError) -> Seen<[Value]> {
    let query = selector.map { [(name: "labelSelector", value: $0)] } ?? []
    var pages = ListReader(APICall(.read, path, query: query), by: client, patience: APIReader.patience)
    var values: [Value] = []
    while true {
      let next = try await seen(right) { () async throws(KubernetesError) in try await pages.next() }
      guard let part = next.value else { return next.map { _ in [] } }
      guard let part else { return .there(values) }
      guard case .page(let page) = part else {
        if case .skipped(let object) = part { unread.all.append(UnreadObject(resource: right.resource, object)) }
        continue
      }
      do throws(JSONMismatch) {
        for item in page.items { if let value = try read(item) { values.append(value) } }
      } catch { return .hidden(right.unread(error)) }
    }
  }

  /// The same in several namespaces, or in all of them where none is named.
  func list<Value>(
    _ verb: String = "list", _ resource: String, at root: String, _ plural: String, in namespaces: [String],
    selector: String? = nil, _ read: (JSONElement) throws(JSONMismatch) -> Value?
  ) async throws(KubernetesError) -> Seen<[Value]> {
    guard !namespaces.isEmpty else {
      return try await list(Right(verb: verb, resource: resource), at: "\(root)/\(plural)", selector: selector, read)
    }
    var values: [Value] = []
    for namespace in namespaces {
      let right = Right(verb: verb, resource: resource, namespace: namespace)
      let seen = try await list(right, at: "\(root)/namespaces/\(namespace)/\(plural)", selector: selector, read)
      guard let more = seen.value else { return seen }
      values += more
    }
    return .there(values)
  }

  /// Sends a call that changes nothing, and whose answer depends on others.
  func attempt(_ call: APICall) async -> Attempt {
    do throws(KubernetesError) {
      return .answered(JSONValue(try await client.send(call, until: .now + APIReader.patience).root))
    } catch {
      guard case .refused(let status) = error else { return .unanswered(error.description) }
      return .refused(status)
    }
  }

  private func answer(to call: APICall, _ right: Right) async throws(KubernetesError) -> Seen<JSONDocument> {
    try await seen(right) { () async throws(KubernetesError) in
      try await client.send(call, until: .now + APIReader.patience)
    }
  }

  private func seen<Value>(
    _ right: Right, _ ask: () async throws(KubernetesError) -> Value
  ) async throws(KubernetesError) -> Seen<Value> {
    do throws(KubernetesError) { return .there(try await ask()) } catch {
      // Whoever is nobody to the server is told so once, not for each thing.
      guard case .refused(let status) = error, status.code != 401 else { throw error }
      if status.isNotFound { return .absent }
      return .hidden(Gap(right: right, isForbidden: status.code == 403, message: status.description))
    }
  }

  /// For one answer; API servers give a webhook at most 30 s.
  private static let patience = Duration.seconds(40)
}

extension Right {
  fileprivate func unread(_ error: JSONMismatch) -> Gap {
    Gap(right: self, isForbidden: false, message: error.description)
  }
}

/// What came of a call that changes nothing.
enum Attempt: Hashable, Sendable {
  case answered(JSONValue)
  case refused(Status)
  /// There was no answer in time, or none that can be read.
  case unanswered(String)
}

/// An object of a list that could not be read.
struct UnreadObject: Hashable, Sendable {
  let resource: String
  let name: String
  let reason: String

  init(resource: String, _ object: SkippedObject) {
    (self.resource, name, reason) = (resource, object.name, object.reason)
  }

  /// What to tell about it: the controller reads as the doctor does.
  var finding: Finding {
    Finding(
      resource == "services" ? .services : .clusters, .warning, "\(resource) \(name)",
      "cannot be read, so Raymesh skips it: \(reason)", fix: "a smaller object, or none")
  }
}

/// Those of one examination, which goes on in one task.
final class UnreadObjects {
  var all: [UnreadObject] = []
}
