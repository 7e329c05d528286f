internal import JSON
internal import Kubernetes
internal import Transport

/// Asks an API server, one thing after the other. What it will not tell is a value like what it tells.
struct APIReader {
  private let client: KubernetesClient

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
    var values: [Value] = []
    var token: String?
    repeat {
      var call = APICall(.read, path, query: [("limit", "100")])
      if let selector { call.query.append(("labelSelector", selector)) }
      if let token { call.query.append(("continue", token)) }
      let answer = try await answer(to: call, right)
      guard let document = answer.value else { return answer.map { _ in [] } }
      let page = try ObjectPage(document)
      do throws(JSONMismatch) {
        for item in page.items { if let value = try read(item) { values.append(value) } }
      } catch { return .hidden(right.unread(error)) }
      token = page.next
    } while token != nil
    return .there(values)
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
    do throws(KubernetesError) {
      return .there(try await client.send(call, until: .now + APIReader.patience))
    } catch {
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
