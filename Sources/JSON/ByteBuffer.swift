/// Bytes in the making: memory of its own, as an array would be asked at every byte whether somebody else holds it.
@safe struct ByteBuffer: ~Copyable {
  private(set) var memory: UnsafeMutableRawBufferPointer
  var count = 0

  init(capacity: Int) { unsafe memory = .allocate(byteCount: max(capacity, 16), alignment: 1) }

  deinit { unsafe memory.deallocate() }

  /// What has been written.
  var bytes: [UInt8] { unsafe Array(memory[..<count]) }

  /// What has been written, for as long as `body` runs.
  borrowing func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    body(unsafe UnsafeRawBufferPointer(rebasing: memory[..<count]).bindMemory(to: UInt8.self).span)
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { source in unsafe copy(source) }
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    unsafe copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    guard let place = unsafe memory.baseAddress, let start = bytes.baseAddress else { return }
    unsafe (place + count).copyMemory(from: start, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// Appends what stands there already.
  @inline(__always)
  mutating func append(again part: Range<Int>) {
    reserve(part.count)
    guard let start = unsafe memory.baseAddress else { return }
    unsafe (start + count).copyMemory(from: start + part.lowerBound, byteCount: part.count)
    count &+= part.count
  }

  /// Appends a number below a hundred million in decimal digits. By hand, in one word, as a review writes many, and the
  /// general way asks a lot first.
  @inline(__always)
  mutating func append(digits number: UInt32) {
    reserve(8)
    var (word, count, rest) = (0 as UInt64, 0, number)
    repeat {
      word = word &<< 8 | UInt64(UInt8(ascii: "0")) &+ UInt64(rest % 10)
      rest /= 10
      count &+= 1
    } while rest > 0
    unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: self.count, as: UInt64.self)
    self.count &+= count
  }

  /// Room for at most `room` bytes, of which `body` says how many it has written.
  mutating func append(room: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
    reserve(room)
    count &+= unsafe body(UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
  }

  @inline(__always)
  mutating func reserve(_ room: Int) {
    if unsafe memory.count &- count < room { grow(by: room) }
  }

  @inline(never)
  private mutating func grow(by room: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: unsafe max(2 * memory.count, count + room), alignment: 1)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    unsafe memory.deallocate()
    unsafe memory = larger
  }
}
