import Glibc
import TestSupport
import Testing

/// `raymesh serve` and files that are not what they should be.
@Suite(.timeLimit(.minutes(5))) struct ServeFilesTests {
  @Test func `a named pipe for a key is refused at once`() async throws {
    let folder = try await Raymesh.certificates()
    let pipe = folder.path("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let run = try await Raymesh.run(
      "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--tls-certificate", folder.path("tls.crt"),
      "--tls-key", pipe)
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: read \(pipe): found a named pipe, expected a regular file\n")
  }

  @Test func `a key that becomes a pipe, and a pair that has expired, do not replace the one that serves`() async throws
  {
    try await RunningServer.with { server in
      let (key, pipe) = (server.certificates.path("tls.key"), server.certificates.path("pipe"))
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      #expect(unsafe rename(pipe, key) == 0)
      let line = try await server.program.line("that it is refused") { $0.contains("found a named pipe") }
      #expect(line.contains("\"level\":\"error\"") && line.contains("keeping the current one"))
      #expect(try await server.post("/mutate", Array("{}".utf8)).status == 400)
      let expired = try TLSFiles.expired()
      _ = try server.certificates.write(expired.certificate, to: "new.crt")
      _ = try server.certificates.write(expired.key, to: "new.key")
      #expect(unsafe rename(server.certificates.path("new.key"), key) == 0)
      #expect(unsafe rename(server.certificates.path("new.crt"), server.certificates.path("tls.crt")) == 0)
      _ = try await server.program.line("that it is refused") { $0.contains("the certificate has expired at ") }
      #expect(try await server.post("/mutate", Array("{}".utf8)).status == 400)
      let metrics = try await server.admin("/metrics").text
      #expect(metrics.contains(#"raymesh_certificate_reloads_total{result="replaced"} 0"#))
      #expect(!metrics.contains(#"raymesh_certificate_reloads_total{result="refused"} 0"#))
    }
  }
}
