package import Admission
internal import FoundationEssentials
package import HTTP
internal import HTTPTypes
package import JSON
internal import Names
package import TLS
package import Transport

/// A client of a running webhook, which asks what an API server would ask. It stays with one task.
package final class WebhookClient {
  private let connection: HTTPClient
  private let authority: String

  /// Connects to a webhook, and shakes hands.
  ///
  /// - Parameters:
  ///   - tls: whom to trust.
  ///   - serverName: what must be in the server's certificate; the endpoint's host if this is `nil`.
  ///   - deadline: by when the connection must stand.
  /// - Throws: `WebhookError` if it does not.
  package static func connect(
    to endpoint: Endpoint, tls: TLSContext, serverName: String? = nil, on loop: EventLoop,
    until deadline: Instant
  ) async throws(WebhookError) -> WebhookClient {
    do throws(HTTPClientError) {
      let connection = try await HTTPClient.connect(
        to: endpoint, tls: tls, serverName: serverName, on: loop, until: deadline)
      return WebhookClient(connection, authority: endpoint.description)
    } catch { throw .unreachable(error) }
  }

  private init(_ connection: HTTPClient, authority: String) {
    self.connection = connection
    self.authority = authority
  }

  /// What the webhook says to the creation of a RayCluster; a denial is an answer too.
  ///
  /// - Throws: `WebhookError` if there is no answer that an API server would take.
  package func create(_ cluster: JSONValue, namespace: String) async throws(WebhookError) -> AdmissionResponse {
    let uid = UUID().uuidString.lowercased()
    let review = AdmissionReview.creating(cluster, namespace: namespace, uid: uid)
    let answer = try await post(ServerPath.mutate, review)
    do throws(JSONMismatch) { return try AdmissionResponse(answer.root, to: uid) } catch {
      throw .unexpected(ServerPath.mutate, error.description)
    }
  }

  /// The headless Service of a RayCluster.
  ///
  /// - Throws: `WebhookError` if there is none.
  package func service(of cluster: JSONValue) async throws(WebhookError) -> JSONValue {
    JSONValue(try await post(ServerPath.service, JSONWriter.bytes(of: cluster)).root)
  }

  private func post(_ path: String, _ body: [UInt8]) async throws(WebhookError) -> JSONDocument {
    var head = HTTPRequest(method: .post, scheme: "https", authority: authority, path: path)
    head.headerFields[.contentType] = "application/json"
    let response: Response
    do throws(HTTPClientError) {
      let request = Request(head: head, body: body)
      response = try await connection.send(request, until: .now + WebhookClient.patience)
    } catch { throw .unreachable(error) }
    guard response.head.status == .ok else {
      let text = String(decoding: response.body, as: UTF8.self)
      throw .unexpected(path, "\(response.head.status.code): \(text)")
    }
    do throws(JSONSyntaxError) { return try JSONDocument(response.body) } catch {
      throw .unexpected(path, error.description)
    }
  }

  /// The most that an API server waits for a webhook (`timeoutSeconds`).
  private static let patience = Duration.seconds(30)
}

/// Why a webhook gave no answer.
package enum WebhookError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(HTTPClientError)
  /// The path, and what came instead.
  case unexpected(String, String)

  /// Whether the next try may fare better: nothing listens there yet.
  package var mayPass: Bool { if case .unreachable(.transport(.system)) = self { true } else { false } }

  /// One line for a person.
  package var description: String {
    switch self {
    case .unreachable(let error): error.description
    case .unexpected(let path, let what): "POST \(path) answered \(what)"
    }
  }
}
