import CFuzzer
import Foundation

/// The subject that the environment names.
let subject = Subject(rawValue: ProcessInfo.processInfo.environment["FUZZ_SUBJECT"] ?? "review") ?? .review
var budget = subject.budget
var count = CommandLine.argc
var arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?(CommandLine.unsafeArgv)
// libFuzzer exits by itself.
atexit { FileHandle.standardError.write(Data("Done: \(budget.told)\n".utf8)) }
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    budget.hold(for: count) { subject.take(input) }
    return 0
  })
