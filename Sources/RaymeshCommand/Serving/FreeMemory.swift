internal import CLinux
internal import ServiceLifecycle

/// Gives memory back to the kernel that is free again.
///
/// glibc by itself gives back only what lies at the end of its arenas (malloc_trim(3)). After some large reviews at once
/// the rest would stay resident for good, beside 22 MiB in use as much as 80.
struct FreeMemory: Service {
  /// Less is soon needed again.
  private static let leastBytes = 12 << 20
  /// Between two looks.
  private static let pause = Duration.seconds(5)

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: FreeMemory.pause)) != nil {
        if clinux_free_heap() > FreeMemory.leastBytes { clinux_trim_heap() }
      }
    }
  }
}
