internal import CNGHTTP2

/// Decompresses a server's header blocks (RFC 7541), by nghttp2.
@safe final class FieldDecoder {
  private let inflater: OpaquePointer

  init?() {
    var inflater: OpaquePointer?
    guard unsafe nghttp2_hd_inflate_new(&inflater) == 0, let inflater = unsafe inflater else { return nil }
    unsafe self.inflater = inflater
  }

  deinit { unsafe nghttp2_hd_inflate_del(inflater) }

  /// The fields of a whole block, or `nil` if it is none.
  func fields(_ block: [UInt8]) -> [(name: String, value: String)]? {
    var fields: [(name: String, value: String)] = []
    var rest = block[...]
    while true {
      var entry = unsafe nghttp2_nv()
      var flags: CInt = 0
      let count = rest.count
      let taken = unsafe rest.withUnsafeBufferPointer { bytes in
        unsafe nghttp2_hd_inflate_hd2(inflater, &entry, &flags, bytes.baseAddress, count, 1)
      }
      guard taken >= 0 else { return nil }
      rest = rest.dropFirst(taken)
      if flags & CInt(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 { unsafe fields.append(FieldDecoder.pair(entry)) }
      if flags & CInt(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
        unsafe nghttp2_hd_inflate_end_headers(inflater)
        return fields
      }
      guard taken > 0 || flags != 0 else { return nil }
    }
  }

  private static func pair(_ entry: nghttp2_nv) -> (name: String, value: String) {
    unsafe (
      String(decoding: UnsafeBufferPointer(start: entry.name, count: entry.namelen), as: UTF8.self),
      String(decoding: UnsafeBufferPointer(start: entry.value, count: entry.valuelen), as: UTF8.self)
    )
  }
}
