internal import Glibc

/// Times as people and Kubernetes write them.
public enum RFC3339 {
  /// `2026-11-24T12:00:00Z`, for a second since 1970.
  public static func text(at second: Int) -> String {
    var second = second
    var parts = unsafe tm()
    unsafe gmtime_r(&second, &parts)
    var text = [CChar](repeating: 0, count: 40)
    let count = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
