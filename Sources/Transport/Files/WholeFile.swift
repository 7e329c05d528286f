internal import Glibc

/// Files that are read as a whole.
public enum WholeFile {
  /// What a file holds.
  ///
  /// - Throws: `SystemError` naming the file.
  public static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let descriptor = try Descriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC), from: "open \(path)")
    return try read(descriptor.number, named: path)
  }

  /// What a descriptor that somebody else owns still has.
  ///
  /// - Throws: `SystemError` naming what is read.
  public static func read(_ descriptor: CInt, named name: String) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      let code = errno
      if count == 0 { return bytes }
      if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
      guard count > 0 || code == EINTR else { throw SystemError("read \(name)", code: code) }
    }
  }
}
