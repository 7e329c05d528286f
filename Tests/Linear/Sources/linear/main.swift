import Foundation

// linear OUT: for each line of input, `SUBJECT FILE`, says how many instructions the subject takes for the file. It runs
// in Callgrind, whose output files begin with OUT.

guard let output = CommandLine.arguments.dropFirst().first else { fatalError("usage: linear OUT") }
var meter = Meter(output: output)
while let line = readLine() {
  let words = line.split(separator: " ", maxSplits: 1)
  guard words.count == 2, let subject = Subject(rawValue: String(words[0])),
    let data = FileManager.default.contents(atPath: String(words[1]))
  else { fatalError("\(line): expected `SUBJECT FILE`") }
  guard let count = meter.instructions(of: subject, for: [UInt8](data)) else { fatalError("Callgrind wrote no count") }
  FileHandle.standardOutput.write(Data("\(count)\n".utf8))
}
