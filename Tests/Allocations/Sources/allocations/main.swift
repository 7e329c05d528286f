import Admission
import CMallocCount
import Foundation

// allocations FILE MOST: prints how many allocations a review of the file takes, and fails if that is above MOST.
let arguments = CommandLine.arguments
guard arguments.count == 3, let most = Int(arguments[2]), let data = FileManager.default.contents(atPath: arguments[1])
else {
  print("usage: allocations FILE MOST")
  exit(2)
}
let bytes = [UInt8](data)
let reviewer = Reviewer()

/// Counts the allocations of `reviews` reviews. The first call also makes what is kept for all of them.
func allocations(of reviews: Int) throws -> Int {
  let before = malloc_count()
  for _ in 0..<reviews { _ = try reviewer.review(bytes) }
  return malloc_count() - before
}

_ = try allocations(of: 10)
let found = try allocations(of: 100)
print("\(arguments[1]): \(found / 100) allocations a review, at most \(most) expected")
exit(found > 100 * most ? 1 : 0)
