import TestSupport
import Transport

/// A port of loopback that nothing listens on.
enum FreePort {
  private static let loops = Result { try EventLoopGroup(count: 1) }

  /// Reserves a port below the ephemeral range, so that no outgoing connection takes it.
  static func reserve() async throws -> UInt16 {
    for _ in 0..<100 {
      let port = UInt16.random(in: 20_000..<32_000)
      guard let listener = try? Listener(at: Endpoint(host: "127.0.0.1", port: port), on: loops.get().first) else {
        continue
      }
      // A child process that is just being started may hold it for longer than we do.
      listener.stop()
      return port
    }
    throw Unexpected(description: "no free port")
  }
}
