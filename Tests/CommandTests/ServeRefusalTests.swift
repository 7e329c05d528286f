import TestSupport
import Testing

/// `raymesh serve` if it cannot serve: it says why, and ends.
@Suite struct ServeRefusalTests {
  @Test func `a certificate or key that cannot be used is named`() async throws {
    let folder = try await Raymesh.certificates()
    let junk = try folder.write(Array("junk".utf8), to: "junk.pem")
    let (certificate, key, missing) = (folder.path("tls.crt"), folder.path("tls.key"), folder.path("missing"))
    for (files, words) in [
      ((missing, key), "open \(missing): No such file or directory"), ((junk, key), "read certificates from \(junk): "),
      ((key, key), "read certificates from \(key): "), ((certificate, missing), "open \(missing): "),
      ((certificate, junk), "read a private key from \(junk): "),
      ((certificate, certificate), "read a private key from \(certificate): "),
      ((certificate, folder.path("ca.key")), "\(certificate) and \(folder.path("ca.key")): pair certificate and key: "),
    ] {
      let run = try await serve(["--tls-certificate", files.0, "--tls-key", files.1])
      #expect(run.status == 1)
      #expect(run.errorText.hasPrefix("raymesh: \(words)"), "\(run.errorText)")
    }
  }

  @Test func `a port that is in use is named`() async throws {
    try await RunningServer.with { server in
      let files = RunningServer.files(in: server.certificates)
      for flag in ["--listen", "--admin-listen"] {
        let run = try await serve(files + [flag, "\(server.webhook)"])
        #expect(run.status == 1)
        #expect(run.errorText == "raymesh: listen on \(server.webhook): Address already in use\n")
      }
      #expect(try await server.admin("/livez").status == 200)
    }
  }

  @Test func `an address that is not this machine's is named`() async throws {
    let folder = try await Raymesh.certificates()
    let run = try await serve(RunningServer.files(in: folder) + ["--listen", "192.0.2.1:0"])
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: listen on 192.0.2.1:0: Cannot assign requested address\n")
  }

  @Test func `a memory budget in which no body fits is refused`() async throws {
    let folder = try await Raymesh.certificates()
    let run = try await serve(RunningServer.files(in: folder) + ["--memory-budget", "1000000"])
    #expect(run.status == 64)
    #expect(run.errorText.contains("--memory-budget: found 1000000, expected at least 143165577"), "\(run.errorText)")
  }

  private func serve(_ flags: [String]) async throws -> Subprocess {
    try await Raymesh.run(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"] + flags)
  }
}
