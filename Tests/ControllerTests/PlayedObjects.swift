import HTTP
import HTTPTypes
import JSON
import TestSupport

/// The objects of a played API server, by path, and what has happened to them.
struct PlayedObjects: Sendable {
  private(set) var objects: [String: JSONValue] = [:]
  private(set) var version = 100
  /// Versions up to this one are forgotten.
  private(set) var compacted = 0
  private var happened: [(version: Int, type: String, path: String, object: JSONValue)] = []

  /// Forgets all that has happened, as etcd does every five minutes.
  mutating func compact() {
    version += 1
    compacted = version
    happened = []
  }

  /// Puts an object there as anybody might, with a version and a uid of its own.
  mutating func put(_ path: String, _ object: JSONValue) {
    version += 1
    let isNew = objects[path] == nil
    var object = object.setting(["metadata", "resourceVersion"], .string(String(version)))
    if object.value(at: "/metadata/uid") == nil {
      object = object.setting(["metadata", "uid"], .string("uid-\(version)"))
    }
    objects[path] = object
    happened.append((version, isNew ? "ADDED" : "MODIFIED", path, object))
  }

  mutating func delete(_ path: String) {
    guard let object = objects.removeValue(forKey: path) else { return }
    version += 1
    happened.append((version, "DELETED", path, object.setting(["metadata", "resourceVersion"], .string("\(version)"))))
  }

  func read(_ path: String, _ query: [String: String]) -> Response {
    if let object = objects[path] { return .json(.ok, object.text) }
    guard path.split(separator: "/").count <= 4, let last = path.split(separator: "/").last, last.hasSuffix("s") else {
      return .status(.notFound, "NotFound")
    }
    let found = objects.filter { Self.is($0.key, in: path) && Self.matches($0.value, query) }.sorted { $0.key < $1.key }
    let start = query["continue"].flatMap { Int($0) } ?? 0
    let page = found.dropFirst(start).prefix(query["limit"].flatMap { Int($0) } ?? .max)
    let next = start + page.count < found.count ? #","continue":"\#(start + page.count)""# : ""
    let items = page.map(\.value.text).joined(separator: ",")
    return .json(.ok, #"{"metadata":{"resourceVersion":"\#(version)"\#(next)},"items":[\#(items)]}"#)
  }

  /// The lines of a watch; `nil` where what it wants to see is forgotten.
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
    for guarded in ["resourceVersion", "uid"] {
      let pointer = JSONPointer.root.appending("metadata").appending(guarded)
      if let wanted = body.value(at: pointer), wanted != live.value(at: pointer) {
        return .status(.conflict, "Conflict")
      }
    }
    let isApply = request.head.headerFields[.contentType] == "application/apply-patch+yaml"
    let merged = request.head.method == .put ? body : live.merged(with: body, keepingPorts: isApply)
    let names = merged.value(at: "/spec/ports")?.elements?.compactMap { $0["name"]?.string } ?? []
    guard Set(names).count == names.count else { return .status(.unprocessableContent, "Invalid") }
    put(path, merged.setting(["metadata", "uid"], live.value(at: "/metadata/uid") ?? .null))
    return .json(.ok, objects[path]?.text ?? "")
  }

  /// Whether a path is of an object in a collection over all namespaces.
  private static func `is`(_ path: String, in collection: String) -> Bool {
    let parts = collection.split(separator: "/")
    let own = path.split(separator: "/")
    return own.count == parts.count + 3 && own.dropLast(4).elementsEqual(parts.dropLast())
      && own[own.count - 2] == parts[parts.count - 1]
  }

  private static func matches(_ object: JSONValue, _ query: [String: String]) -> Bool {
    guard let selector = query["labelSelector"] else { return true }
    let pair = selector.split(separator: "=").map(String.init)
    let value = object["metadata"]?["labels"]?[pair[0]]?.string
    return pair.count == 1 ? value != nil : value == pair[1]
  }
}

extension JSONValue {
  /// A merge patch (RFC 7386); for apply with the ports of a list by number and protocol, as somebody else owns those
  /// that are there.
  func merged(with patch: JSONValue, keepingPorts: Bool) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var object = JSONObject()
    if case .object(let own) = self { object = own }
    for member in changes.members {
      if member.value == .null {
        object[member.key] = nil
      } else if keepingPorts, member.key == "ports" {
        object["ports"] = .array(Self.ports(object["ports"]?.elements ?? [], member.value.elements ?? []))
      } else {
        object[member.key] = (object[member.key] ?? .null).merged(with: member.value, keepingPorts: keepingPorts)
      }
    }
    return .object(object)
  }

  private static func ports(_ live: [JSONValue], _ applied: [JSONValue]) -> [JSONValue] {
    let place = { (port: JSONValue) in [port["port"], port["protocol"]] }
    let places = Set(applied.map(place))
    return live.filter { !places.contains(place($0)) } + applied
  }
}
