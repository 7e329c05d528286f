// Two threads that count without a lock: what the thread sanitizer must see, or its silence elsewhere means nothing.
import Foundation

final class Counter: @unchecked Sendable {  // why: it is wrong on purpose
  var count = 0
}

let counter = Counter()
let threads = (0..<2).map { _ in Thread { for _ in 0..<1000 { counter.count += 1 } } }
for thread in threads { thread.start() }
while !threads.allSatisfy(\.isFinished) { sched_yield() }
