internal import CNGHTTP2

/// The library that will speak HTTP/2 behind `WireProtocol`; until it does, ALPN does not offer `h2`.
public enum NGHTTP2 {
  /// The version that is linked, such as `1.52.0`.
  public static var version: String {
    guard let info = unsafe nghttp2_version(0) else { return "unknown" }
    return unsafe String(cString: info.pointee.version_str)
  }
}
