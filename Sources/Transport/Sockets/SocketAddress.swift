internal import CLinux
internal import Glibc

/// An address that the kernel understands, IPv4 or IPv6.
struct SocketAddress: Sendable {
  private var storage: sockaddr_storage
  private var length: socklen_t

  /// The family, `AF_INET` or `AF_INET6`.
  var family: CInt { CInt(storage.ss_family) }

  /// Hands the address to a system call.
  func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  /// The addresses of an endpoint, in the resolver's order.
  ///
  /// Asks the system's resolver and waits for it, so never call this on an event loop with a name from a peer.
  ///
  /// - Throws: `SystemError` if the name is not known.
  static func resolve(_ endpoint: Endpoint, toListen: Bool) throws(SystemError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | (toListen ? AI_PASSIVE : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let host = endpoint.host.isEmpty ? (toListen ? "::" : "localhost") : endpoint.host
    let code = unsafe getaddrinfo(host, String(endpoint.port), &hints, &list)
    guard code == 0 else {
      throw SystemError("resolve \(endpoint.host)", code: code == EAI_SYSTEM ? errno : ENXIO)
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let info = unsafe next {
      unsafe addresses.append(SocketAddress(info.pointee))
      unsafe next = info.pointee.ai_next
    }
    return addresses
  }

  private init(_ info: addrinfo) {
    storage = sockaddr_storage()
    length = unsafe info.ai_addrlen
    unsafe withUnsafeMutableBytes(of: &storage) { target in
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: info.ai_addr, count: Int(length)))
    }
  }

  private init(
    asking call: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt, _ descriptor: CInt
  ) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call(descriptor, $0, &length) }
    }
    (self.storage, self.length) = (storage, length)
  }

  /// Where a socket is bound.
  static func local(of descriptor: CInt) -> SocketAddress {
    unsafe SocketAddress(asking: { unsafe getsockname($0, $1, $2) }, descriptor)
  }

  /// Whom a socket is connected to.
  static func peer(of descriptor: CInt) -> SocketAddress {
    unsafe SocketAddress(asking: { unsafe getpeername($0, $1, $2) }, descriptor)
  }

  /// Host and port in numbers.
  var endpoint: Endpoint {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    _ = unsafe withPointer { address, length in
      unsafe getnameinfo(
        address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
    }
    return Endpoint(host: String(terminated: host), port: UInt16(String(terminated: port)) ?? 0)
  }
}

extension String {
  fileprivate init(terminated characters: [CChar]) {
    self = String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A host and a port as people write them: `[::]:9443`, `127.0.0.1:0`, `localhost:9443`, `:9443`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address, without brackets; empty for every address of the machine.
  public let host: String
  /// 0 lets the kernel choose where one listens.
  public let port: UInt16

  /// A host and a port.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). `nil` if it is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Endpoint.port(text[text.index(after: colon)...]) else {
      return nil
    }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard host.contains(":") == isBracketed, !host.contains(where: { $0 == "[" || $0 == "]" || $0.isWhitespace })
    else { return nil }
    self.init(host: String(host), port: port)
  }

  private static func port(_ text: Substring) -> UInt16? {
    text.allSatisfy { ("0"..."9").contains($0) } ? UInt16(text) : nil
  }

  /// As people write it.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
