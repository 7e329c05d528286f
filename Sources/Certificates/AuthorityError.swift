internal import Kubernetes

/// Why certificates cannot be kept just now.
enum AuthorityError: Error, CustomStringConvertible {
  case kubernetes(KubernetesError)
  /// What cannot be read or made, in words.
  case certificates(String)

  var description: String {
    switch self {
    case .kubernetes(let error): error.description
    case .certificates(let words): words
    }
  }

  /// Another replica, or somebody else, has written in between.
  var isConflict: Bool {
    guard case .kubernetes(let error) = self, let status = error.status else { return false }
    return status.isConflict
  }
}

/// How long an API server may take.
enum Patience {
  static let call = Duration.seconds(10)
}
