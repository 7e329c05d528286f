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
