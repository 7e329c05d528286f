internal import CoreMetrics
internal import Synchronization

/// One line, or for a histogram several, of the Prometheus text format.
protocol Series: AnyObject, Sendable {
  /// - Parameter labels: as they are written, without braces.
  func lines(name: String, labels: String) -> String
}

/// A count that only grows.
final class Count: CounterHandler, Series {
  private let value = Atomic<Int64>(0)

  func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { value.store(0, ordering: .relaxed) }

  func lines(name: String, labels: String) -> String {
    "\(name)\(braced(labels)) \(value.load(ordering: .relaxed))\n"
  }
}

/// A sum that only grows, such as seconds.
final class Sum: FloatingPointCounterHandler, Series {
  private let value = Mutex(0.0)

  func increment(by amount: Double) { value.withLock { $0 += max(0, amount) } }
  func reset() { value.withLock { $0 = 0 } }

  func lines(name: String, labels: String) -> String { "\(name)\(braced(labels)) \(value.withLock { $0 })\n" }
}

/// A value as it is now.
final class GaugeSeries: MeterHandler, RecorderHandler, Series {
  private let value = Mutex(0.0)

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { self.value.withLock { $0 = value } }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { value.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }

  func lines(name: String, labels: String) -> String { "\(name)\(braced(labels)) \(value.withLock { $0 })\n" }
}

/// How values are spread over bounds, by default such as fit times in seconds: ten microseconds to ten seconds.
final class Histogram: TimerHandler, RecorderHandler, Series {
  private static let usualBounds = [0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

  private struct Spread {
    var counts: [Int]
    var count = 0
    var sum = 0.0
  }

  private let spread: Mutex<Spread>
  private let scale: Double
  private let bounds: [Double]

  /// - Parameter scale: what to multiply values by to get the unit that is shown.
  init(scale: Double, bounds: [Double]? = nil) {
    self.scale = scale
    self.bounds = bounds ?? Histogram.usualBounds
    spread = Mutex(Spread(counts: Array(repeating: 0, count: self.bounds.count)))
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration)) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let value = value * scale
    let bucket = bounds.firstIndex { value <= $0 }
    spread.withLock { spread in
      if let bucket { spread.counts[bucket] += 1 }
      spread.count += 1
      spread.sum += value
    }
  }

  func lines(name: String, labels: String) -> String {
    let spread = spread.withLock { $0 }
    let others = labels.isEmpty ? "" : "\(labels),"
    var total = 0
    var lines = ""
    for (bound, count) in zip(bounds, spread.counts) {
      total += count
      lines += "\(name)_bucket{\(others)le=\"\(bound)\"} \(total)\n"
    }
    lines += "\(name)_bucket{\(others)le=\"+Inf\"} \(spread.count)\n"
    return lines + "\(name)_sum\(braced(labels)) \(spread.sum)\n\(name)_count\(braced(labels)) \(spread.count)\n"
  }
}

private func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }
