internal import Certificates
internal import Glibc
internal import TLS
internal import Transport

/// Keeps a serving certificate as its files are.
struct CertificateWatch {
  let certificate: ServingCertificate
  let files: ServingFiles
  let loop: EventLoop
  let news: CertificateNews
  private let thread = FileThread()

  init(certificate: ServingCertificate, files: ServingFiles, loop: EventLoop, news: CertificateNews) {
    (self.certificate, self.files, self.loop, self.news) = (certificate, files, loop, news)
  }

  /// Looks at every change, and every ten seconds, until the task is cancelled or the loop breaks off.
  ///
  /// - Throws: `SystemError` where the kernel gives no watch.
  func run() async throws {
    guard let watch = try await watchDirectories() else { return }
    while await watch.change(until: .now + .seconds(10)) { await look(watch) }
  }

  /// Watching a directory looks it up, and hangs if its volume does; then it is tried again. `nil` at the end.
  private func watchDirectories() async throws(SystemError) -> DirectoryWatch? {
    while true {
      if let made = try? await thread.run(
        files.names, on: loop,
        { [files, loop] in
          Result { () throws(SystemError) in try DirectoryWatch(files.directories, on: loop) }
        })
      {
        return try made.get()
      }
      guard !Task.isCancelled, await loop.sleep(until: .now + .milliseconds(100)) else { return nil }
    }
  }

  /// Who writes certificate and key one after the other must not be told off for the half.
  private func look(_ watch: DirectoryWatch) async {
    let patience = Instant.now + .seconds(1)
    while true {
      let look = await look()
      if Task.isCancelled { return }
      guard case .refused = look, patience > .now, await watch.change(until: patience) else { return news.tell(look) }
    }
  }

  private func look() async -> ServingCertificate.Look {
    do throws(SystemError) {
      let material = try await thread.run(files.names, on: loop) { [files] in
        Result { () throws(SystemError) in try files.read() }
      }
      return certificate.look(at: try material.get(), second: time(nil))
    } catch { return .refused("\(error)") }
  }
}
