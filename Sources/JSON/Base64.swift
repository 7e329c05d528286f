internal import CBase64

extension JSONWriter {
  /// A string that is bytes in base64 (RFC 4648 section 4).
  public mutating func base64(_ data: [UInt8]) {
    separate()
    mark("\"")
    unsafe text.append(room: (data.count + 2) / 3 * 4) { room in
      unsafe data.withUnsafeBufferPointer { bytes in
        unsafe cbase64_encode(bytes.baseAddress, bytes.count, room.baseAddress?.assumingMemoryBound(to: CChar.self))
      }
    }
    mark("\"")
  }
}
