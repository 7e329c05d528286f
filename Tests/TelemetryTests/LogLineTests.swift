import Foundation
import JSON
import Limits
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

  /// Events that have more to say than a line may have, each in its own way.
  private static let long: [(message: String, metadata: Logger.Metadata)] = [
    (String(repeating: "m", count: 100_000), [:]), (String(repeating: "\u{1}", count: 100_000), [:]),
    ("m", ["long": .string(String(repeating: "é", count: 100_000))]),
    ("m", [String(repeating: "k", count: 100_000): "v"]),
    ("m", ["list": .array((0..<100_000).map { .stringConvertible($0) })]),
    ("m", ["map": .dictionary(Dictionary(uniqueKeysWithValues: (0..<10_000).map { ("\($0)", "v") }))]),
    ("m", Dictionary(uniqueKeysWithValues: (0..<10_000).map { ("\($0)", .string(String(repeating: "x", count: 20))) })),
    ("m", ["deep": nested(depth: 4, width: 20)]),
    ("m", ["other": .stringConvertible(String(repeating: "\u{301}", count: 100_000))]),
  ]

  private static func nested(depth: Int, width: Int) -> Logger.MetadataValue {
    depth == 0 ? "x" : .array(Array(repeating: nested(depth: depth - 1, width: width), count: width))
  }

  @Test(arguments: long.indices, LogFormat.allCases)
  func `an event that has too much to say is a whole line that says it is cut`(number: Int, format: LogFormat) throws {
    let event = Self.long[number]
    let text = line(format, "\(event.message)", event.metadata)
    #expect(text.utf8.count <= InputLimits.logLine.value)
    #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    #expect(text.hasPrefix(format == .json ? "{\"time\":" : Self.time))
    #expect(text.hasSuffix(format == .json ? "\"cut\":true}\n" : " cut=true\n"))
    if format == .json { #expect(try JSONDocument(Array(text.utf8)).root.string("level") == "info") }
  }

  @Test(arguments: LogFormat.allCases) func `a line of just the length that it may have is whole`(format: LogFormat) {
    let empty = line(format, "m", ["f": "xx"]).utf8.count
    let most = String(repeating: "x", count: InputLimits.logLine.value - empty + 2)
    let whole = line(format, "m", ["f": .string(most)])
    #expect(whole.utf8.count == InputLimits.logLine.value)
    #expect(whole.contains(most) && !whole.contains("cut"))
    #expect(line(format, "m", ["f": .string(most + "x")]).contains("cut"))
  }

  @Test func `a text is cut at the end of a character`() throws {
    let text = line(.json, "m", ["long": .string("a" + String(repeating: "é", count: 100_000))])
    let long = try #require(try JSONDocument(Array(text.utf8)).root.string("long"))
    #expect(long.hasPrefix("aéé") && long.hasSuffix("é") && !long.contains("\u{FFFD}"))
  }
}
