internal import JSON
internal import Kubernetes
internal import Transport

/// Reads objects from an API server, one after the other. What cannot be read is a value too.
struct APIReader {
  private let client: KubernetesClient
  private let unread = UnreadObjects()

  /// The listed objects that could not be read.
  var skipped: [UnreadObject] { unread.all }

  init(_ access: ClusterAccess, on loop: EventLoop) { client = KubernetesClient(access, on: loop) }

  /// Reads an object and decodes it with `read`.
  ///
  /// - Throws: `KubernetesError` if the API server cannot be reached at all.
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

  /// Reads a whole list, page by page. Objects for which `read` returns `nil` are left out.
  ///
  /// - Throws: `KubernetesError` if the API server cannot be reached at all.
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

  /// Reads a list in several namespaces, or in all of them if none is given.
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

  /// Sends a call that changes nothing. Other webhooks may decide its answer.
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
      // Missing authentication is reported once, not for each object.
      guard case .refused(let status) = error, status.code != 401 else { throw error }
      if status.isNotFound { return .absent }
      return .hidden(Gap(right: right, isForbidden: status.code == 403, message: status.description))
    }
  }

  /// The time to wait for one answer; API servers give a webhook at most 30 s.
  private static let patience = Duration.seconds(40)
}

extension Right {
  fileprivate func unread(_ error: JSONMismatch) -> Gap {
    Gap(right: self, isForbidden: false, message: error.description)
  }
}

/// The result of a call that changes nothing.
enum Attempt: Hashable, Sendable {
  case answered(JSONValue)
  case refused(Status)
  /// No answer came in time, or none that can be read.
  case unanswered(String)
}

/// A listed object that could not be read.
struct UnreadObject: Hashable, Sendable {
  let resource: String
  let name: String
  let reason: String

  init(resource: String, _ object: SkippedObject) {
    (self.resource, name, reason) = (resource, object.name, object.reason)
  }

  /// The finding about it: the controller skips it too, because it reads as the doctor does.
  var finding: Finding {
    Finding(
      resource == "services" ? .services : .clusters, .warning, "\(resource) \(name)",
      "cannot be read, so Raymesh skips it: \(reason)", fix: "make the object smaller, or delete it")
  }
}

/// Collects the unread objects of one examination, which runs in one task.
final class UnreadObjects {
  var all: [UnreadObject] = []
}
