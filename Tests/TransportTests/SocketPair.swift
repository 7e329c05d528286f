import CLinux
import Glibc

@testable import Transport

/// Two sockets that are connected to each other, each watched by a loop. What one writes is with the other at once.
struct SocketPair {
  let near: Socket
  let far: Socket
  private let nearDescriptor: Descriptor

  init(near nearLoop: EventLoop, far farLoop: EventLoop) throws {
    var numbers: [CInt] = [0, 0]
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &numbers) == 0 else { throw SystemError("socketpair", code: errno) }
    nearDescriptor = try Descriptor(owning: numbers[0], from: "socketpair")
    near = try Socket(nearDescriptor, on: nearLoop)
    far = try Socket(Descriptor(owning: numbers[1], from: "socketpair"), on: farLoop)
  }

  init(on loop: EventLoop) throws { try self.init(near: loop, far: loop) }

  /// How many bytes wait to be read at the near end.
  var unread: Int {
    var room = [UInt8](repeating: 0, count: 1 << 16)
    return unsafe max(recv(nearDescriptor.number, &room, room.count, CInt(MSG_PEEK)), 0)
  }
}

extension Socket {
  /// Writes without waiting; returns how many bytes the kernel took.
  @discardableResult
  func write(_ bytes: [UInt8]) throws -> Int {
    let transfer = try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
    if case .bytes(let count) = transfer { return count }
    return 0
  }

  /// Reads what is there without waiting.
  func read() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let transfer = try unsafe bytes.withUnsafeMutableBytes { try unsafe read(into: $0) }
    if case .bytes(let count) = transfer { return Array(bytes[..<count]) }
    return []
  }
}

/// Event loops that stop when the test that holds them is over.
final class TestLoops: Sendable {
  let loops: [EventLoop]

  init(_ count: Int, name: String) throws {
    var loops: [EventLoop] = []
    for index in 0..<count { loops.append(try EventLoop(name: count == 1 ? name : "\(name)-\(index)")) }
    self.loops = loops
  }

  deinit { for loop in loops { loop.enter(.stopped) } }

  subscript(_ index: Int) -> EventLoop { loops[index % loops.count] }
}

extension EventLoop.Wake {
  /// Of a socket that is ready, whether its peer has hung up.
  var hungUp: Bool? { if case .ready(let hungUp, _) = self { hungUp } else { nil } }
}
