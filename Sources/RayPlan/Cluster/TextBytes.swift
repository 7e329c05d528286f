extension Int {
  /// A number as decimal digits write it, with no sign and nothing else; `nil` where it does not fit.
  init?(digits: Span<UInt8>) {
    guard !digits.isEmpty else { return nil }
    self = 0
    for index in digits.indices {
      guard let digit = Int.digit(digits[index]) else { return nil }
      let (tens, isTooLarge) = multipliedReportingOverflow(by: 10)
      let (sum, isOneTooLarge) = tens.addingReportingOverflow(digit)
      guard !isTooLarge, !isOneTooLarge else { return nil }
      self = sum
    }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}

extension Span<UInt8> {
  /// How many bytes from the beginning are decimal digits.
  var leadingDigits: Int {
    var count = 0
    while count < self.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[count]) { count += 1 }
    return count
  }
}

extension String {
  /// Whether a text stands in this one, byte for byte.
  ///
  /// A search by characters costs a hundred times as much, and users may write as much as a request can hold.
  func contains(bytesOf text: String) -> Bool {
    let (here, wanted) = (utf8Span.span, text.utf8Span.span)
    guard let last = wanted.indices.last else { return true }
    var start = 0
    while start + last < here.count {
      var length = 0
      while length <= last, here[start + length] == wanted[length] { length += 1 }
      if length > last { return true }
      start += 1
    }
    return false
  }
}
