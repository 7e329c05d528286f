import CoreMetrics
import Foundation
import Telemetry
import TestSupport
import Testing

struct PrometheusMetricsTests {
  private let metrics = PrometheusMetrics(help: ["reviews_total": "Reviews\\by answer,\nall of them."])

  private func counter(_ name: String, _ labels: [(String, String)] = []) -> Counter {
    Counter(label: name, dimensions: labels, factory: metrics)
  }

  @Test func `nothing counted is an empty text`() { #expect(metrics.text == "") }

  @Test func `counters, gauges and histograms are written sorted, with help and type`() {
    counter("reviews_total", [("answer", "patched")]).increment(by: 2)
    counter("reviews_total", [("answer", "allowed")]).increment()
    counter("reviews_total").increment(by: 40)
    Gauge(label: "connections", factory: metrics).record(3)
    #expect(
      metrics.text == #"""
        # TYPE connections gauge
        connections 3.0
        # HELP reviews_total Reviews\\by answer,\nall of them.
        # TYPE reviews_total counter
        reviews_total 40
        reviews_total{answer="allowed"} 1
        reviews_total{answer="patched"} 2

        """#)
  }

  @Test func `a timer is a histogram in seconds, whose buckets add up`() throws {
    let timer = Timer(label: "review_seconds", dimensions: [("path", "/mutate")], factory: metrics)
    for nanoseconds in [5_000, 10_000, 10_001, 2_000_000, 3_000_000_000, 60_000_000_000] as [Int64] {
      timer.recordNanoseconds(nanoseconds)
    }
    let text = try PrometheusText(metrics.text)
    #expect(text.types == ["review_seconds": "histogram"])
    let buckets = text.samples.filter { $0.name == "review_seconds_bucket" }
    #expect(
      buckets.map { $0.labels["le"] } == [
        "1e-05", "0.0001", "0.0005", "0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1.0", "5.0", "10.0", "+Inf",
      ])
    #expect(buckets.map(\.value) == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 6])
    #expect(text.value("review_seconds_count", ["path": "/mutate"]) == 6)
    let sum = try #require(text.value("review_seconds_sum", ["path": "/mutate"]))
    #expect(abs(sum - 63.002025001) < 1e-9)
  }

  @Test func `a counter of fractions adds them up, and does not go back`() throws {
    let seconds = FloatingPointCounter(label: "paused_seconds_total", factory: metrics)
    #expect(try PrometheusText(metrics.text).value("paused_seconds_total") == 0)
    for amount in [0.25, 0.5, -1] { seconds.increment(by: amount) }
    let text = try PrometheusText(metrics.text)
    #expect(text.types == ["paused_seconds_total": "counter"])
    #expect(text.value("paused_seconds_total") == 0.75)
  }

  @Test func `a gauge goes up and down`() throws {
    let meter = Meter(label: "level", factory: metrics)
    meter.set(10)
    meter.increment(by: 2.5)
    meter.decrement(by: 5)
    #expect(try PrometheusText(metrics.text).value("level") == 7.5)
  }

  @Test(arguments: [
    "plain", "", "a\"b", "a\\b", "a\nb", "a\r\nb", "\\n", "\\\"", "a\"\u{301}b", "\\\u{301}", "\n\u{301}",
    "{a=\"b\"} 1",
    "\u{0}\u{1F600}é",
  ])
  func `a label's value comes back as it was, whatever it is`(value: String) throws {
    counter("reviews_total", [("answer", value), ("zone", "z")]).increment()
    let text = try PrometheusText(metrics.text)
    #expect(text.samples.count == 1)
    #expect(text.value("reviews_total", ["answer": value, "zone": "z"]) == 1)
  }

  @Test func `the order of labels makes no other series`() throws {
    counter("reviews_total", [("a", "1"), ("b", "2")]).increment()
    counter("reviews_total", [("b", "2"), ("a", "1")]).increment()
    #expect(metrics.text.contains(#"reviews_total{a="1",b="2"} 2"#))
    #expect(try PrometheusText(metrics.text).samples.count == 1)
  }

  @Test func `a series outlives its counter`() throws {
    let (first, second) = (counter("reviews_total"), counter("reviews_total"))
    first.increment()
    first.destroy()
    second.increment()
    #expect(try PrometheusText(metrics.text).value("reviews_total") == 2)
  }

  @Test func `increments from many tasks at once add up, read while they come`() async throws {
    let metrics = metrics
    try await within("8000 increments") {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<8 {
          group.addTask {
            let answer = ["allowed", "denied"][task % 2]
            for round in 0..<1000 {
              Counter(label: "reviews_total", dimensions: [("answer", answer)], factory: metrics).increment()
              Timer(label: "review_seconds", factory: metrics).recordNanoseconds(1)
              Meter(label: "level", factory: metrics).increment(by: 1)
              if round.isMultiple(of: 100) { _ = try PrometheusText(metrics.text) }
            }
          }
        }
        try await group.waitForAll()
      }
    }
    let text = try PrometheusText(metrics.text)
    #expect(text.value("reviews_total", ["answer": "allowed"]) == 4000)
    #expect(text.value("reviews_total", ["answer": "denied"]) == 4000)
    #expect(text.value("review_seconds_count") == 8000)
    #expect(text.value("level") == 8000)
  }

  @Test(
    .enabled("needs Python's prometheus_client") {
      try await Subprocess.run(["python3", "-c", "import prometheus_client.parser"]).status == 0
    })
  func `Prometheus' own client reads the same`() async throws {
    counter("reviews_total", [("answer", "a\"b\\c\r\nd")]).increment(by: 3)
    Timer(label: "review_seconds", factory: metrics).recordNanoseconds(1_500_000)
    Gauge(label: "level", factory: metrics).record(-0.5)
    let script = """
      import sys
      from prometheus_client.parser import text_string_to_metric_families as families
      text = sys.stdin.buffer.read().decode()
      for family in families(text):
        for sample in family.samples: print(family.type, sample.name, sorted(sample.labels.items()), float(sample.value))
      """
    let told = try await Subprocess.run(["python3", "-c", script], input: Array(metrics.text.utf8))
    for line in [
      #"counter reviews_total [('answer', 'a"b\\c\r\nd')] 3.0"#, "gauge level [] -0.5",
      "histogram review_seconds_count [] 1.0", "histogram review_seconds_sum [] 0.0015",
      "histogram review_seconds_bucket [('le', '0.005')] 1.0",
    ] {
      #expect(told.text.split(separator: "\n").contains(line[...]), "\(line) is not in \(told.text)\(told.errorText)")
    }
  }
}
