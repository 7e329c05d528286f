import Foundation
import JSON
import Logging
import Testing

@testable import Telemetry

struct LogLineTests {
  private static let time = "2026-01-02T03:04:05.678Z"

  private func line(
    _ format: LogFormat, _ message: Logger.Message, _ metadata: Logger.Metadata = [:], level: Logger.Level = .info
  ) -> String {
    let event = LogEvent(
      level: level, message: message, metadata: nil, source: "test", file: "f", function: "g", line: 1)
    return String(decoding: format.line(event, at: Self.time, label: "raymesh", metadata: metadata), as: UTF8.self)
  }

  @Test func `a JSON line is one object, its facts sorted`() {
    #expect(
      line(
        .json, "admission review answered",
        ["uid": "u", "count": .stringConvertible(3), "ports": .array(["a", .dictionary(["b": "c"])])])
          == """
          {"time":"\(Self.time)","level":"info","logger":"raymesh","message":"admission review answered",\
          "count":3,"ports":["a",{"b":"c"}],"uid":"u"}\n
          """)
  }

  @Test(arguments: LogFormat.allCases)
  func `facts in an order of their own stand among the others, in that order`(format: LogFormat) {
    let own: [Logger.Metadata.Element] = [("b", "1"), ("a", .stringConvertible(2)), ("time", "t")]
    let alone = line(format, "m", ["one": .stringConvertible(own)])
    let among = line(format, "m", ["z": "last", "one": .stringConvertible(own), "first": "f"])
    switch format {
    case .json:
      #expect(alone.hasSuffix(#""message":"m","b":"1","a":2}"# + "\n"))
      #expect(among.hasSuffix(#""message":"m","first":"f","b":"1","a":2,"z":"last"}"# + "\n"))
    case .text:
      #expect(alone.hasSuffix(" m b=1 a=2 time=t\n"))
      #expect(among.hasSuffix(" m first=f b=1 a=2 time=t z=last\n"))
    }
  }

  @Test func `a text line is for eyes`() {
    #expect(
      line(.text, "denied", ["name": "a-b", "reason": "port 80 twice", "empty": ""], level: .warning)
        == #"\#(Self.time) warning raymesh: denied empty="" name=a-b reason="port 80 twice""# + "\n")
  }

  /// Values that would end a line, begin a fact, or act on a terminal.
  private static let hostile = [
    "a\nb", "a\r\nb", "\r", "a\" level=\"error", "\u{1B}[2J", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}",
    "\u{9B}31m", "\u{202E}evil", "\\n", "a=b c", "\n\u{301}", "\"\u{301}", String(repeating: "\n", count: 1000),
    "\n{\"time\":\"\(time)\",\"level\":\"error\"}",
  ]

  @Test(arguments: hostile, LogFormat.allCases)
  func `no value forges a line or a fact`(value: String, format: LogFormat) throws {
    let lines = [
      line(format, "\(value)"), line(format, "m", ["f": .string(value)]), line(format, "m", [value: "v"]),
      line(format, "m", ["f": .array([.string(value)])]), line(format, "m", ["f": .dictionary([value: "v"])]),
      line(format, "m", ["f": .stringConvertible(value)]),
    ]
    for line in lines {
      #expect(line.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
      #expect(line.utf8.last == UInt8(ascii: "\n"))
      if format == .json {
        _ = try JSONDocument(Array(line.utf8))
      } else {
        #expect(
          !line.dropLast().unicodeScalars.contains {
            $0.value < 0x20 || "\u{7F}\u{85}\u{2028}\u{9B}\u{202E}".unicodeScalars.contains($0)
          })
      }
    }
    if format == .json {
      #expect(try JSONDocument(Array(lines[1].utf8)).root.string("f") == value)
      #expect(try JSONDocument(Array(lines[0].utf8)).root.string("message") == value)
    }
  }

  @Test func `a fact cannot stand in for time, level or message`() throws {
    let text = line(.json, "m", ["time": "t", "level": "l", "logger": "g", "message": "n", "other": "o"])
    let root = try JSONDocument(Array(text.utf8)).root
    #expect(try root.string("time") == Self.time)
    #expect(try root.string("level") == "info")
    #expect(try root.string("message") == "m")
    #expect(try root.string("other") == "o")
    #expect(text.components(separatedBy: "\"time\"").count == 2)
  }
}
