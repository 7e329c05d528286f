public import JSON
internal import Names
internal import RayPlan

/// What a webhook answers, read by the side that asked.
public struct AdmissionResponse {
  /// Whether the object may pass.
  public let isAllowed: Bool
  /// What the webhook wants to add to it.
  public let patch: JSONPatch
  /// Why it may not pass, if it may not.
  public let message: String?
  /// What the user should know.
  public let warnings: [String]

  /// Reads the reply to the review of `uid`.
  ///
  /// - Throws: `JSONMismatch` if it is no such reply.
  public init(_ review: JSONElement, to uid: String) throws(JSONMismatch) {
    let response = try review.requiredObject("response")
    guard try response.requiredString("uid") == uid else {
      throw response.member("uid")?.mismatch(expected: "the request's uid \(uid)")
        ?? response.missing("uid", expected: uid)
    }
    guard let allowed = response.member("allowed")?.bool else {
      throw response.member("allowed")?.mismatch(expected: "true or false")
        ?? response.missing("allowed", expected: "true or false")
    }
    isAllowed = allowed
    message = try response.object("status")?.string("message")
    warnings = try response.array("warnings").compactMap(\.string)
    patch = try AdmissionResponse.patch(of: response)
  }

  private static func patch(of response: JSONElement) throws(JSONMismatch) -> JSONPatch {
    guard let text = try response.string("patch") else { return JSONPatch() }
    let expected = "a JSON Patch in base64"
    guard let bytes = Base64.bytes(text), let document = try? JSONDocument(bytes) else {
      throw response.member("patch")?.mismatch(expected: expected) ?? response.missing("patch", expected: expected)
    }
    return try JSONPatch(document.root)
  }
}

extension AdmissionReview {
  /// The AdmissionReview that an API server sends when somebody creates a RayCluster, as a dry run.
  public static func creating(_ cluster: JSONValue, namespace: String, uid: String) -> [UInt8] {
    let version = cluster["apiVersion"]?.string?.split(separator: "/").last ?? "v1"
    let request: JSONValue = [
      "uid": .string(uid),
      "kind": ["group": APIGroup.ray, "version": .string(String(version)), "kind": "RayCluster"],
      "resource": ["group": APIGroup.ray, "version": .string(String(version)), "resource": "rayclusters"],
      "name": .string(cluster["metadata"]?["name"]?.string ?? ""),
      "namespace": .string(namespace),
      "operation": "CREATE",
      "userInfo": ["username": "raymesh"],
      "object": cluster,
      "oldObject": .null,
      "dryRun": true,
    ]
    return JSONWriter.bytes(
      of: ["apiVersion": .string(Version.v1.rawValue), "kind": "AdmissionReview", "request": request])
  }
}
