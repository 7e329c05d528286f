internal import COpenSSL

/// The protocols that ALPN offers or chooses from (RFC 7301), the most wanted first.
final class ProtocolOffer: Sendable {
  private let names: [[UInt8]]

  init(_ names: [String]) { self.names = names.map { Array($0.utf8.prefix(255)) } }

  /// The list as the wire has it: each name behind its length.
  var wire: [UInt8] { names.flatMap { [UInt8($0.count)] + $0 } }

  /// `SSL_CTX_set_alpn_select_cb`'s callback.
  static func select(
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ length: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?, _ count: UInt32, from argument: UnsafeMutableRawPointer?
  ) -> CInt {
    guard let argument = unsafe argument else { return SSL_TLSEXT_ERR_NOACK }
    let offer = unsafe Unmanaged<ProtocolOffer>.fromOpaque(argument).takeUnretainedValue()
    let theirs = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
    guard let range = unsafe offer.firstShared(with: theirs) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    unsafe chosen?.pointee = offered.map { unsafe $0 + range.lowerBound }
    unsafe length?.pointee = UInt8(range.count)
    return SSL_TLSEXT_ERR_OK
  }

  /// Where in the peer's list our most wanted protocol stands.
  private func firstShared(with offered: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for name in names {
      var start = 0
      while start < offered.count {
        let range = unsafe start + 1..<min(start + 1 + Int(offered[start]), offered.count)
        if unsafe offered[range].elementsEqual(name) { return range }
        start = range.upperBound
      }
    }
    return nil
  }
}
