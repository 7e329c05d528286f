public import HTTP
public import HTTPTypes
internal import JSON
internal import Synchronization
internal import Transport

/// An API server played by our own: lists in pages, watches, guards by uid and resource version, apply, merge and JSON
/// patches, as far as Raymesh uses them. The real one is tried elsewhere.
public final class PlayedAPIServer: Responder {
  private struct State {
    var objects = PlayedObjects()
    var requests: [String] = []
    var faults: [Fault] = []
    var held: [String] = []
  }

  /// What goes wrong with one request whose method and target begin so.
  private struct Fault {
    let request: String
    let response: Response
  }

  private let state = Mutex(State())

  /// One without objects.
  public init() {}

  /// What was asked, such as `GET /api/v1/pods?limit=100`.
  public var requests: [String] { state.withLock { $0.requests } }

  /// What a person would read: the objects, and all that has happened to them.
  public func with<Value: Sendable>(_ body: (inout PlayedObjects) -> Value) -> Value {
    state.withLock { body(&$0.objects) }
  }

  /// Lets the next request that begins so go wrong.
  public func fail(_ request: String, with response: Response) {
    state.withLock { $0.faults.append(Fault(request: request, response: response)) }
  }

  /// Lets requests that begin so wait for their answers, for as long as that is so.
  public func hold(_ requests: [String]) { state.withLock { $0.held = requests } }

  /// Answers, unless something is to go wrong.
  public func respond(to request: Request) async -> Response {
    let line = "\(request.head.method.rawValue) \(request.head.path ?? "")"
    let fault = state.withLock { state -> Response? in
      state.requests.append(line)
      guard let index = state.faults.firstIndex(where: { line.hasPrefix($0.request) }) else { return nil }
      return state.faults.remove(at: index).response
    }
    if let fault { return fault }
    while state.withLock({ $0.held.contains { line.hasPrefix($0) } }) { try? await Task.sleep(for: .milliseconds(2)) }
    let query = PlayedAPIServer.parameters(request.query ?? "")
    if query["watch"] == "true" { return await watch(String(request.path), since: query) }
    return state.withLock { state in
      switch request.head.method {
      case .get:
        state.objects.read(String(request.path), query, as: PlayedForm(accept: request.head.headerFields[.accept]))
      default: state.objects.write(request, query)
      }
    }
  }

  /// What has happened, as soon as something has; then the watch ends, as watches do.
  private func watch(_ path: String, since query: [String: String]) async -> Response {
    let end = Instant.now + .milliseconds(300)
    while true {
      let lines = state.withLock { $0.objects.events(path, query) }
      if let lines, !lines.isEmpty || end <= .now { return .json(.ok, lines) }
      if lines == nil { return .status(.gone, "Expired") }
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  private static func parameters(_ query: Substring) -> [String: String] {
    var parameters: [String: String] = [:]
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1)
      let value = pair.count > 1 ? String(pair[1]) : ""
      parameters[String(pair[0])] = value.replacing("%3D", with: "=").replacing("%2F", with: "/")
    }
    return parameters
  }
}

extension Response {
  /// JSON, whatever it says.
  public static func json(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(status, contentType: "application/json", body: Array(text.utf8))
  }

  /// A refusal as an API server gives it.
  public static func status(_ status: HTTPResponse.Status, _ reason: String) -> Response {
    json(status, #"{"kind":"Status","code":\#(status.code),"reason":"\#(reason)","message":"played"}"#)
  }
}
