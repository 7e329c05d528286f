internal import HTTP
internal import HTTPTypes
internal import JSON
internal import RayPlan

/// A refusal as an endpoint tells it: a status, and a JSON body that says what is wrong and where.
enum Problem {
  /// `{"error": …}` alone, where no place in a document is to blame.
  static func response(_ status: HTTPResponse.Status, _ error: String) -> Response {
    response(status, ["error": .string(error)])
  }

  /// What is wrong with a document, with the place, the value found and what was expected.
  static func response(_ status: HTTPResponse.Status, _ mismatch: JSONMismatch) -> Response {
    response(
      status,
      [
        "error": .string(mismatch.description),
        "path": .string(mismatch.pointer.description),
        "found": .string(mismatch.found),
        "expected": .string(mismatch.expected),
      ])
  }

  /// Why a RayCluster has no plan: the whole text, and each fault alone.
  static func response(_ status: HTTPResponse.Status, _ refusal: Refusal) -> Response {
    if refusal.faults.count == 1, let mismatch = refusal.faults.first?.mismatch {
      return response(status, mismatch)
    }
    return response(
      status,
      [
        "error": .string(refusal.description),
        "faults": .array(refusal.told.map(JSONValue.string)),
      ])
  }

  private static func response(_ status: HTTPResponse.Status, _ body: JSONValue) -> Response {
    Response(status, contentType: "application/json", body: JSONWriter.bytes(of: body) + [UInt8(ascii: "\n")])
  }
}
