internal import Transport

/// Keeps a serving certificate as its files are.
struct CertificateWatch {
  let certificate: ServingCertificate
  let files: ServingFiles
  let loop: EventLoop
  let news: CertificateNews

  /// Looks at every change, and every ten seconds, until the task is cancelled or the loop breaks off.
  ///
  /// - Throws: `SystemError` where the kernel gives no watch.
  func run() async throws {
    let watch = try DirectoryWatch(files.directories, on: loop)
    while await watch.change(until: .now + .seconds(10)) { await look(watch) }
  }

  /// Who writes certificate and key one after the other must not be told off for the half.
  private func look(_ watch: DirectoryWatch) async {
    let patience = Instant.now + .seconds(1)
    while true {
      let look = certificate.look(at: files)
      guard case .refused = look, patience > .now, await watch.change(until: patience) else { return news.tell(look) }
    }
  }
}
