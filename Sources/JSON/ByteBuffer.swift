/// Bytes in the making: memory of its own, as an array would be asked at every byte whether somebody else holds it.
@safe struct ByteBuffer: ~Copyable {
  private(set) var memory: UnsafeMutableRawBufferPointer
  var count = 0

  init(capacity: Int) { unsafe memory = .allocate(byteCount: max(capacity, 16), alignment: 1) }

  deinit { unsafe memory.deallocate() }

  /// What has been written, for as long as `body` runs.
  borrowing func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    body(unsafe UnsafeRawBufferPointer(rebasing: memory[..<count]).bindMemory(to: UInt8.self).span)
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe memory[count] = byte
    count &+= 1
  }

  mutating func append(_ bytes: Span<UInt8>) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      guard let place = unsafe memory.baseAddress, let start = source.baseAddress else { return }
      unsafe (place + count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.count
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
