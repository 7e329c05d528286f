import Admission
import CSimdJSONAlone

/// What is counted.
enum Subject: String {
  /// simdjson alone.
  case simdjson
  /// A whole review, as the webhook answers it.
  case review

  private static let reviewer = Reviewer()

  func take(_ bytes: [UInt8]) {
    switch self {
    case .simdjson: _ = bytes.withUnsafeBufferPointer { simdjson_alone($0.baseAddress, $0.count) }
    case .review: _ = try? Subject.reviewer.review(bytes)
    }
  }
}
