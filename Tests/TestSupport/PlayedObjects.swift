internal import HTTP
internal import HTTPTypes
public import JSON

/// The objects of a played API server, by path, and what has happened to them.
public struct PlayedObjects: Sendable {
  /// All that there are.
  public private(set) var objects: [String: JSONValue] = [:]
  private(set) var version = 100
  /// Versions up to this one are forgotten.
  private(set) var compacted = 0
  private var happened: [(version: Int, type: String, path: String, object: JSONValue)] = []

  /// Forgets all that has happened, as etcd does every five minutes.
  public mutating func compact() {
    version += 1
    compacted = version
    happened = []
  }

  /// Puts an object there as anybody might, with a version and a uid of its own.
  public mutating func put(_ path: String, _ object: JSONValue) {
    version += 1
    let isNew = objects[path] == nil
    var object = object.setting(["metadata", "resourceVersion"], .string(String(version)))
    if object.value(at: "/metadata/uid") == nil {
      let uid = objects[path]?.value(at: "/metadata/uid") ?? .string("uid-\(version)")
      object = object.setting(["metadata", "uid"], uid)
    }
    if let webhooks = object["webhooks"] {
      let changes = objects[path]?["webhooks"] == webhooks ? 0 : 1
      let generation = objects[path]?.value(at: "/metadata/generation").flatMap { Int($0.text) } ?? 0
      object = object.setting(["metadata", "generation"], .integer(Int64(generation + changes)))
    }
    objects[path] = object
    happened.append((version, isNew ? "ADDED" : "MODIFIED", path, object))
  }

  /// Takes an object away as anybody might.
  public mutating func delete(_ path: String) {
    guard let object = objects.removeValue(forKey: path) else { return }
    version += 1
    happened.append((version, "DELETED", path, object.setting(["metadata", "resourceVersion"], .string("\(version)"))))
  }

  func read(_ path: String, _ query: [String: String], as form: PlayedForm) -> Response {
    if let object = objects[path] { return .json(.ok, object.text) }
    guard Self.isCollection(path) else {
      return .status(.notFound, "NotFound")
    }
    let found = objects.filter { Self.is($0.key, in: path) && Self.matches($0.value, query) }.sorted { $0.key < $1.key }
    let start = query["continue"].flatMap { Int($0) } ?? 0
    let page = found.dropFirst(start).prefix(query["limit"].flatMap { Int($0) } ?? .max)
    let next = start + page.count < found.count ? #","continue":"\#(start + page.count)""# : ""
    return .json(.ok, form.page(#""resourceVersion":"\#(version)"\#(next)"#, of: page.map(\.value)))
  }

  /// The lines of a watch; `nil` if what it wants to see is forgotten.
  func events(_ path: String, _ query: [String: String]) -> String? {
    guard let since = query["resourceVersion"].flatMap({ Int($0) }), since >= compacted else { return nil }
    let seen = happened.filter { $0.version > since && Self.is($0.path, in: path) && Self.matches($0.object, query) }
    return seen.map { #"{"type":"\#($0.type)","object":\#($0.object.text)}"# + "\n" }.joined()
  }

  mutating func write(_ request: Request, _ query: [String: String]) -> Response {
    guard let document = try? JSONDocument(request.body) else { return .status(.badRequest, "BadRequest") }
    let (body, path) = (JSONValue(document.root), String(request.path))
    if request.head.method == .post {
      let place = "\(path)/\(body.value(at: "/metadata/name")?.string ?? "")"
      guard objects[place] == nil else { return .status(.conflict, "AlreadyExists") }
      put(place, body)
      return .json(.created, objects[place]?.text ?? "")
    }
    guard let live = objects[path] else { return .status(.notFound, "NotFound") }
    guard Self.is(body, for: live) else { return .status(.conflict, "Conflict") }
    guard let changed = Self.change(live, request, by: body) else {
      return .status(.unprocessableContent, "Invalid")
    }
    // A JSON patch says no version, but may change it.
    guard request.head.method != .patch || Self.is(changed, for: live) else { return .status(.conflict, "Conflict") }
    put(path, changed.setting(["metadata", "uid"], live.value(at: "/metadata/uid") ?? .null))
    return .json(.ok, objects[path]?.text ?? "")
  }

  /// Whether what is written is meant for the object as it is, as far as it says for which.
  private static func `is`(_ body: JSONValue, for live: JSONValue) -> Bool {
    ["resourceVersion", "uid"].allSatisfy { guarded in
      let pointer = JSONPointer.root.appending("metadata").appending(guarded)
      return body.value(at: pointer).map { $0 == live.value(at: pointer) } ?? true
    }
  }

  /// What a request makes of an object; `nil` if that may not be.
  private static func change(_ live: JSONValue, _ request: Request, by body: JSONValue) -> JSONValue? {
    let type = request.head.headerFields[.contentType]
    if type == "application/json-patch+json" { return live.patched(with: body) }
    let isApply = type == "application/apply-patch+yaml"
    let merged = request.head.method == .put ? body : live.merged(with: body, keepingPorts: isApply)
    let names = merged.value(at: "/spec/ports")?.elements?.compactMap { $0["name"]?.string } ?? []
    return Set(names).count == names.count ? merged : nil
  }

  /// What comes after group and version.
  private static func rest(_ path: String) -> ArraySlice<Substring> {
    let parts = path.split(separator: "/")
    return parts.dropFirst(parts.first == "api" ? 2 : 3)
  }

  /// Whether a path is of all objects of a kind, in one namespace or in all, and not of one of them.
  private static func isCollection(_ path: String) -> Bool { rest(path).count % 2 == 1 }

  /// Whether a path is of an object in a collection.
  private static func `is`(_ path: String, in collection: String) -> Bool {
    if path.hasPrefix("\(collection)/") { return !path.dropFirst(collection.count + 1).contains("/") }
    let (own, kind) = (rest(path), rest(collection))
    let prefix = collection.dropLast(kind.last?.count ?? 0)
    return kind.count == 1 && own.count == 4 && path.hasPrefix(prefix) && own.dropLast().last == kind.last
  }

  private static func matches(_ object: JSONValue, _ query: [String: String]) -> Bool {
    if let name = query["fieldSelector"] {
      return name == "metadata.name=\(object.value(at: "/metadata/name")?.string ?? "")"
    }
    guard let selector = query["labelSelector"] else { return true }
    let pair = selector.split(separator: "=").map(String.init)
    let value = object["metadata"]?["labels"]?[pair[0]]?.string
    return pair.count == 1 ? value != nil : value == pair[1]
  }
}
