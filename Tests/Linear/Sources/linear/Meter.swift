import CCallgrind
import Foundation

/// Counts the instructions of one call at a time.
struct Meter {
  /// What the names of Callgrind's files begin with.
  let output: String
  private var dumps = 0

  init(output: String) { self.output = output }

  /// The instructions of a call, from the file that Callgrind writes at its end.
  mutating func instructions(of subject: Subject, for bytes: [UInt8]) -> Int? {
    // What the first call makes and keeps is not counted; beside a long text it is nothing.
    if bytes.count < 50_000 { subject.take(bytes) }
    callgrind_begin()
    subject.take(bytes)
    callgrind_end()
    dumps += 1
    let name = "\(output).\(dumps)"
    defer { try? FileManager.default.removeItem(atPath: name) }
    // Its last line has the sum, and all before it is long.
    guard let file = FileHandle(forReadingAtPath: name), let end = try? file.seekToEnd(),
      (try? file.seek(toOffset: end - min(end, 200))) != nil, let tail = try? file.readToEnd(),
      let line = String(decoding: tail, as: UTF8.self).split(separator: "\n").last, line.hasPrefix("totals:")
    else { return nil }
    return line.split(separator: " ").last.flatMap { Int($0) }
  }
}
