import Glibc
import Testing

@testable import Telemetry

@Suite struct LogOutputTests {
  /// The ends of a pipe that does not wait.
  private func pipe() -> (reader: CInt, writer: CInt) {
    var ends: [CInt] = [0, 0]
    #expect(unsafe Glibc.pipe(&ends) == 0)
    for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
    return (ends[0], ends[1])
  }

  private func read(_ reader: CInt) -> [Substring] {
    var room = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe Glibc.read(reader, &room, room.count)
    return String(decoding: room.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
  }

  @Test func `lines that a full pipe does not take are counted, and the next is whole`() {
    let (reader, writer) = pipe()
    defer { close(reader) }
    defer { close(writer) }
    let output = LogOutput(writer)
    let line = Array(repeating: UInt8(ascii: "a"), count: 999) + Array("\n".utf8)
    for _ in 0..<100 { output.write(line) }
    let taken = read(reader).filter { $0.utf8.count == 999 }.count
    #expect(taken > 0)
    #expect(output.lost == 100 - taken)
    output.write(Array("next\n".utf8))
    #expect(read(reader) == ["next"])
    #expect(output.lost == 100 - taken)
  }

  @Test func `a line that nobody can read any more is lost`() {
    let (reader, writer) = pipe()
    defer { close(writer) }
    close(reader)
    signal(SIGPIPE, SIG_IGN)
    let output = LogOutput(writer)
    output.write(Array("line\n".utf8))
    #expect(output.lost == 1)
  }
}
