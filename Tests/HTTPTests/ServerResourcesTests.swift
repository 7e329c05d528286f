import Foundation
import HTTP
import TestSupport
import Testing
import Transport

/// Descriptors and threads, in processes of their own: other tests open and start some too.
@Suite(.timeLimit(.minutes(3)))
struct ServerResourcesTests {
  @Test func `connections leave no descriptor behind, however they end`() async {
    await #expect(processExitsWith: .success) {
      try await Wire.tls.serve { visit in
        _ = try await visit.answersOthers()
        let before = try sockets()
        for round in 0..<120 {
          let client = try await visit.connect()
          switch round % 4 {
          case 0: try await client.send(echo("whole"))
          case 1: try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nConte")
          case 2:
            try await client.send("nonsense\r\n\r\n")
            _ = try await client.response()
          default: break
          }
          if round.isMultiple(of: 3) { try await client.finishSending() }
        }
        try await eventually("that all are closed") { try sockets() <= before }
      }
    }
  }

  @Test func `HTTP 2 connections leave no descriptor and little memory behind, however they end`() async {
    await #expect(processExitsWith: .success) {
      try await HTTP2Visit.with { visit in
        _ = try await visit.answersOthers()
        let before = try sockets()
        let memory = try residentKilobytes()
        let floods = HTTP2Flood.all
        for round in 0..<120 {
          let client = try await visit.connect(hello: HTTP2Bytes.hello)
          try await client.send(floods[round % floods.count].bytes)
          if round.isMultiple(of: 3) { try await client.end() }
        }
        try await eventually("that all are closed") { try sockets() <= before }
        #expect(try await visit.answersOthers())
        try #require(try residentKilobytes() < memory + 64 * 1024)
      }
    }
  }

  @Test func `a server that has ended leaves no thread and no descriptor behind`() async {
    await #expect(processExitsWith: .success) {
      for wire in Wire.allCases { try await wire.serve { _ = try await $0.answersOthers() } }
      for _ in 0..<20 { try await Wire.plain.serve { _ = try await $0.answersOthers() } }
      try await eventually("that all threads end") { try loopThreads() <= 1 }
      // An epoll of each server would be 40.
      try await eventually("that all is closed") { try descriptors(named: "anon_inode:[eventpoll]") < 10 }
    }
  }

  @Test func `a server out of descriptors goes on when there are some, and can drain meanwhile`() async {
    await #expect(processExitsWith: .success) {
      try await Wire.plain.serve { visit in
        _ = try await visit.answersOthers()
        try allowDescriptors(descriptors(named: "") + 30)
        var clients: [WireClient] = []
        while clients.count < 100, let client = try? await visit.connect() { clients.append(client) }
        try #require(clients.count < 100)
        clients = []
        try await eventually("an answer") { (try? await visit.answersOthers()) == true }
        while clients.count < 100, let client = try? await visit.connect() { clients.append(client) }
        visit.server.server.drain()
        try await visit.server.end()
      }
    }
  }
}

/// Makes the process run out of descriptors at a number.
private func allowDescriptors(_ number: Int) throws {
  var limit = rlimit(rlim_cur: rlim_t(number), rlim_max: rlim_t(number))
  try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
}

/// How many descriptors are sockets; the runtime opens others when it likes.
private func sockets() throws -> Int { try descriptors(named: "socket:") }

/// How many descriptors lead to what has such a name.
private func descriptors(named prefix: String) throws -> Int {
  let folder = "/proc/self/fd"
  return try FileManager.default.contentsOfDirectory(atPath: folder).count { number in
    // One has gone by now: that by which the folder was read.
    let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")
    return name?.hasPrefix(prefix) == true
  }
}

/// How much memory the process has.
private func residentKilobytes() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
  return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
}

/// How many event loops run; the clients of these tests have one.
private func loopThreads() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { task in
    let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
    return name?.hasPrefix("loop-") == true
  }
}
