internal import Kubernetes

/// An object of a list that could not be read.
struct UnreadObject: Hashable, Sendable {
  let resource: String
  let name: String
  let reason: String

  init(resource: String, _ object: SkippedObject) {
    (self.resource, name, reason) = (resource, object.name, object.reason)
  }

  /// What to tell about it: the controller reads as the doctor does.
  var finding: Finding {
    Finding(
      resource == "services" ? .services : .clusters, .warning, "\(resource) \(name)",
      "cannot be read, so Raymesh skips it: \(reason)", fix: "a smaller object, or none")
  }
}

/// Those of one examination, which goes on in one task.
final class UnreadObjects {
  var all: [UnreadObject] = []
}
