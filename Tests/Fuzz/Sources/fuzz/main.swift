import CFuzzer
import Foundation
import JSON
import Manifests
import RayMesh

/// What is fed with bytes. It may answer or refuse, but must not trap, hang or run out of memory.
enum Subject: String, CaseIterable {
  case review, render, requests, http2

  func take(_ bytes: [UInt8]) {
    switch self {
    case .review: review(bytes)
    case .requests: read(bytes)
    case .http2: talk(bytes)
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

/// The subject that the environment names.
let subject = Subject(rawValue: ProcessInfo.processInfo.environment["FUZZ_SUBJECT"] ?? "review") ?? .review
var count = CommandLine.argc
var arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?(CommandLine.unsafeArgv)
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    subject.take(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  })
