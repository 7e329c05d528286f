internal import Glibc

/// A program that a test runs if the machine has it.
public enum Program {
  /// Whether the search path leads to it.
  public static func isInstalled(_ name: String) -> Bool {
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { unsafe access("\($0)/\(name)", X_OK) == 0 }
  }
}
