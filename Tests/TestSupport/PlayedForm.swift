internal import JSON

/// What a list looks like, as its reader wants it.
enum PlayedForm {
  case objects
  case metadata
  /// Names alone, as a table without objects.
  case table

  init(accept: String?) {
    if accept?.contains("as=PartialObjectMetadata") == true {
      self = .metadata
    } else {
      self = accept?.contains("as=Table") == true ? .table : .objects
    }
  }

  /// A part of a list: what metadata it has, and some objects.
  func page(_ metadata: String, of objects: [JSONValue]) -> String {
    let items = objects.map(text).joined(separator: ",")
    return #"{"metadata":{\#(metadata)},"\#(self == .table ? "rows" : "items")":[\#(items)]}"#
  }

  private func text(of object: JSONValue) -> String {
    let metadata = object["metadata"] ?? .null
    switch self {
    case .objects: return object.text
    case .metadata: return JSONValue.object(JSONObject([("metadata", metadata)])).text
    case .table: return #"{"cells":["\#(metadata["name"]?.string ?? "")"],"object":null}"#
    }
  }
}
