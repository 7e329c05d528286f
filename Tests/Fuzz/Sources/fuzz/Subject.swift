import Admission
import JSON
import Manifests
import RayPlan

/// What is fed with bytes. It may answer or refuse, but must not trap, hang, run out of memory or take more steps than
/// its budget has.
enum Subject: String, CaseIterable {
  case review, render, requests, http2, objects, watch

  /// What an input may take: more than five times of what was measured. HTTP is read three times, once byte by byte.
  var budget: Budget {
    switch self {
    case .review, .objects, .watch: Budget(always: 1_000_000, eachByte: 1000)
    case .render: Budget(always: 5_000_000, eachByte: 2000)
    case .requests, .http2: Budget(always: 5_000_000, eachByte: 5000)
    }
  }

  func take(_ bytes: [UInt8]) {
    switch self {
    case .review: review(bytes)
    case .requests: read(bytes)
    case .http2: talk(bytes)
    case .objects: readObject(bytes)
    case .watch: readWatch(bytes)
    case .render:
      _ = try? ManifestRenderer(options: .standard, namespace: "default").render([(name: "-", bytes: bytes)])
    }
  }

  /// A patch must apply to the object under review, and a second look must then find nothing left to do.
  private func review(_ bytes: [UInt8]) {
    guard let document = try? JSONDocument(bytes), let reply = try? Reviewer().review(document),
      case .patch(let patch, _) = reply.answer
    else { return }
    var review = JSONValue(document.root)
    guard let object = review["request"]?["object"], let patched = try? patch.applied(to: object) else {
      fatalError("a patch that does not apply")
    }
    review.set(patched, at: ["request", "object"])
    guard let again = try? Reviewer().review(JSONWriter.bytes(of: review)) else {
      fatalError("a patched object that has no answer")
    }
    if case .patch(let more, _) = again.answer { fatalError("a second patch: \(more)") }
  }
}

extension JSONValue {
  fileprivate mutating func set(_ value: JSONValue, at path: [String]) {
    guard let key = path.first, case .object(var object) = self else { return self = value }
    var member = object[key] ?? .null
    member.set(value, at: Array(path.dropFirst()))
    object[key] = member
    self = .object(object)
  }
}
