internal import HTTP
internal import HTTPTypes
package import JSON
internal import Limits
package import Transport

/// A client of one API server. It has one connection at a time, and stays with one task.
package final class KubernetesClient {
  private let access: ClusterAccess
  private let loop: EventLoop
  private let files: FileThread
  private var connection: HTTPClient?
  /// The number of bytes of the last answer.
  private(set) var received = 0

  /// A client that has not connected yet.
  ///
  /// - Parameter files: reads the token. Clients that follow one another share it.
  package init(_ access: ClusterAccess, on loop: EventLoop, reading files: FileThread = FileThread()) {
    (self.access, self.loop, self.files) = (access, loop, files)
  }

  /// Sends a call and receives its whole answer.
  ///
  /// If the server says when to retry (429, 503 and `Retry-After`), the client retries then, at most ten times and
  /// within the deadline.
  ///
  /// - Throws: `KubernetesError`.
  package func send(
    _ call: APICall, until deadline: Instant
  ) async throws(KubernetesError) -> JSONDocument {
    var retries = 0
    while true {
      let response = try await exchange(call, until: deadline)
      let code = response.head.status.code
      if (200..<300).contains(code) { return try KubernetesClient.document(response.body) }
      let pause = KubernetesClient.pause(code, response.head.headerFields)
      guard let pause, retries < KubernetesClient.mostRetries, .now + pause < deadline,
        await loop.sleep(until: .now + pause, endedBy: .draining)
      else { throw .refused(Status(of: response.body, code: code, retryAfter: pause)) }
      retries += 1
    }
  }

  /// Starts a watch, whose events come line by line. The connection then belongs to the watch.
  ///
  /// - Parameter deadline: by when the server must have accepted the watch.
  /// - Throws: `KubernetesError`.
  package func watch(
    _ call: APICall, until deadline: Instant
  ) async throws(KubernetesError) -> WatchStream {
    let request = call.request(to: access, bearer: try await bearer())
    let connection = try await connect(until: deadline)
    let (head, body): (HTTPResponse, [UInt8])
    do throws(HTTPClientError) {
      let lines = try await connection.stream(
        request, longestLine: KubernetesClient.longestAnswer, until: deadline)
      guard lines.head.status != .ok else { return WatchStream(lines) }
      (head, body) = (lines.head, try await lines.rest(until: deadline))
    } catch { throw .unreachable(error) }
    let pause = KubernetesClient.pause(head.status.code, head.headerFields)
    throw .refused(Status(of: body, code: head.status.code, retryAfter: pause))
  }

  private func exchange(_ call: APICall, until deadline: Instant) async throws(KubernetesError)
    -> Response
  {
    let request = call.request(to: access, bearer: try await bearer())
    if let connection {
      // The server may have closed the connection meanwhile, and may have executed the call. Sending it again is safe:
      // a create is answered by "already exists", and the other verbs can be repeated.
      do throws(HTTPClientError) { return keep(try await connection.send(request, until: deadline)) } catch {
        self.connection = nil
        guard !error.isTooLarge else { throw .unreachable(error) }
      }
    }
    let fresh = try await connect(until: deadline)
    connection = fresh
    do throws(HTTPClientError) { return keep(try await fresh.send(request, until: deadline)) } catch {
      connection = nil
      throw .unreachable(error)
    }
  }

  private func keep(_ response: Response) -> Response {
    received = response.body.count
    if response.head.headerFields[.connection]?.lowercased().contains("close") == true { connection = nil }
    return response
  }

  private func connect(until deadline: Instant) async throws(KubernetesError) -> HTTPClient {
    let context = try await read { access throws(AccessError) in try access.context() }
    var limits = HTTPLimits()
    limits.body = KubernetesClient.longestAnswer
    do throws(HTTPClientError) {
      return try await HTTPClient.connect(
        to: access.endpoint, tls: context, serverName: access.serverName, on: loop, limits: limits, until: deadline)
    } catch { throw .unreachable(error) }
  }

  private func bearer() async throws(KubernetesError) -> String? {
    try await read { access throws(AccessError) in try access.bearer() }
  }

  /// Reads credentials. If they are in files, another thread reads them, as a volume may hang.
  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (ClusterAccess) throws(AccessError) -> Value
  ) async throws(KubernetesError) -> Value {
    do throws(AccessError) {
      guard access.isInFiles else { return try body(access) }
      let result: Result<Value, AccessError>
      do throws(SystemError) {
        result = try await files.run("the API server's credentials", on: loop) { [access] in
          Result { () throws(AccessError) in try body(access) }
        }
      } catch { throw AccessError(error.description) }
      return try result.get()
    } catch { throw .access(error) }
  }

  private static func document(_ body: [UInt8]) throws(KubernetesError) -> JSONDocument {
    do throws(JSONSyntaxError) { return try JSONDocument(body) } catch { throw .unreadable(error.description) }
  }

  /// Returns how long a busy server asks to be left alone, as client-go understands it (`rest/with_retry.go`).
  private static func pause(_ code: Int, _ fields: HTTPFields) -> Duration? {
    guard code == 429 || code >= 500, let text = fields[.retryAfter], let seconds = Int(text), seconds >= 0 else {
      return nil
    }
    return max(.seconds(seconds), .milliseconds(20))
  }

  /// The limit of client-go (`rest/request.go`, `maxRetries`).
  private static let mostRetries = 10
  private static let longestAnswer = ClusterLimits.answer.value
}
