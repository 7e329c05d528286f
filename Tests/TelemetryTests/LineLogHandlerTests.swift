import Foundation
import JSON
import Logging
import Telemetry
import Testing

/// What really comes out of a process.
struct LineLogHandlerTests {
  @Test func `events from many threads are lines of their own on standard error, with the time in UTC`() async throws {
    let before = Date.now
    let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
      await withDiscardingTaskGroup { group in
        for task in 0..<4 {
          group.addTask {
            let log = Logger(label: "raymesh") { LineLogHandler(label: $0, format: .json, level: .info) }
            for _ in 0..<50 { log.info("counted", metadata: ["task": .stringConvertible(task)]) }
          }
        }
      }
    }
    let lines = result.standardErrorContent.split(separator: UInt8(ascii: "\n"))
    let roots = try lines.map { try JSONDocument(Array($0)).root }.filter { try $0.string("message") == "counted" }
    #expect(roots.count == 200)
    for root in roots {
      let time = try #require(try root.string("time"))
      #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
      let read = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time)
      // The text is cut to the millisecond.
      #expect(read > before.addingTimeInterval(-0.002) && read <= .now)
    }
  }

  @Test func `levels, facts of the logger and errors are told`() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var log = Logger(label: "raymesh") { LineLogHandler(label: $0, format: .text, level: .notice) }
      log[metadataKey: "pod"] = "a"
      log.info("not this")
      log.notice("this", metadata: ["pod": "b"])
      log.warning("that", error: CocoaError(.fileNoSuchFile), metadata: ["x": "y"])
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    let lines = text.split(separator: "\n").filter { $0.contains(" raymesh: ") }
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix("Z notice raymesh: this pod=b") == true)
    #expect(lines.last?.contains("Z warning raymesh: that error=\"") == true)
    #expect(lines.last?.hasSuffix(" pod=a x=y") == true)
  }
}
