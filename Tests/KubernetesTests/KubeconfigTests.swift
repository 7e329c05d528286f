import Foundation
import JSON
import Kubernetes
import Manifests
import TestSupport
import Testing
import Transport

/// Kubeconfigs as people and `kubectl` write them.
struct KubeconfigTests {
  private func access(
    cluster: String = "{server: \"https://10.0.0.1:6443\", certificate-authority: ca.crt}",
    user: String = "{token: abc}",
    context: String? = nil
  ) throws -> ClusterAccess {
    let text = """
      apiVersion: v1
      kind: Config
      current-context: one
      clusters:
      - {name: here, cluster: \(cluster)}
      users:
      - {name: me, user: \(user)}
      contexts:
      - {name: one, context: {cluster: here, user: me, namespace: ray}}
      - {name: two, context: {cluster: nowhere, user: me}}
      - {name: nobody, context: {cluster: here}}
      """
    let value = try YAMLDocument(Array(text.utf8), named: "config").value
    return try Kubeconfig(value, in: "/etc/kube").access(context: context)
  }

  @Test func `the current context says where, whom to trust and as whom`() throws {
    let access = try access()
    #expect(access.endpoint == Endpoint(host: "10.0.0.1", port: 6443))
    #expect(access.security?.authority == .file("/etc/kube/ca.crt"))
    #expect(access.token == .inline(Array("abc".utf8), named: "token"))
    #expect(access.namespace == "ray")
    #expect(try self.access(context: "nobody").token == nil)
  }

  @Test(arguments: [
    ("https://api.example.com", "api.example.com", 443, ""), ("https://[fd00::1]:6443/", "fd00::1", 6443, ""),
    ("https://rancher:8443/k8s/clusters/c-1/", "rancher", 8443, "/k8s/clusters/c-1"),
    ("http://localhost:8001", "localhost", 8001, ""),
  ])
  func `servers are read`(server: String, host: String, port: Int, prefix: String) throws {
    let access = try access(cluster: "{server: \"\(server)\", certificate-authority: ca.crt}", user: "{}")
    #expect(access.endpoint == Endpoint(host: host, port: UInt16(port)))
    #expect(access.prefix == prefix)
    #expect((access.security == nil) == server.hasPrefix("http:"))
  }

  @Test func `inline data wins over files, and a token file over a token, as in client-go`() throws {
    let access = try access(
      cluster: "{server: \"https://h\", certificate-authority: a, certificate-authority-data: \"Y2E=\"}",
      user: "{client-certificate-data: \"Y3J0\", client-key: tls.key, token: abc, tokenFile: /run/token}")
    #expect(access.security?.authority == .inline(Array("ca".utf8), named: "certificate-authority-data"))
    #expect(access.security?.client?.certificate == .inline(Array("crt".utf8), named: "client-certificate-data"))
    #expect(access.security?.client?.key == .file("/etc/kube/tls.key"))
    #expect(access.token == .file("/run/token"))
  }

  @Test(arguments: [
    ("{exec: {command: aws}}", "found exec"), ("{auth-provider: {name: gcp}}", "found auth-provider"),
    ("{username: me, password: secret}", "found username"), ("{as: admin, token: a}", "found as"),
    ("{client-certificate: a}", "without its client-key"), ("{client-certificate-data: \"?\"}", "no base64"),
  ])
  func `credentials of a kind that Raymesh does not do are refused by name`(user: String, words: String) throws {
    let error = #expect(throws: AccessError.self) { try access(user: user) }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: [
    ("{server: \"https://h\"}", "certificate-authority"), ("{certificate-authority: a}", "server: found ''"),
    ("{server: \"http://h\"}", "expected https"),
    ("{server: \"https://h:x\", certificate-authority: a}", "https://h:x"),
    ("{server: \"https://h\", insecure-skip-tls-verify: true}", "insecure-skip-tls-verify"),
    ("{server: \"https://h\", certificate-authority: a, proxy-url: \"http://p:1\"}", "proxy-url"),
  ])
  func `a cluster that cannot be trusted is refused`(cluster: String, words: String) throws {
    let error = #expect(throws: AccessError.self) { try access(cluster: cluster) }
    #expect(error?.description.contains(words) == true)
  }

  @Test func `no text of it has the token`() throws {
    let access = try access(user: "{token: a-secret}")
    #expect(!"\(access) \(String(reflecting: access))".contains("a-secret"))
    #expect(!"\([access.token])".contains("97"), "nor its bytes")
  }

  @Test func `what a context names must be there`() throws {
    #expect(throws: AccessError.self) { try access(context: "two") }
    #expect(throws: AccessError.self) { try access(context: "three") }
    #expect(throws: AccessError.self) { try Kubeconfig(["kind": "Config"], in: "").access() }
  }

  @Test func `a pod finds its API server, at an IPv6 address too`() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [("ca.crt", "ca"), ("token", "abc\n"), ("namespace", "raymesh-system")] {
      _ = try folder.write(Array(text.utf8), to: name)
    }
    let variables = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
    let access = try ClusterAccess.inCluster(environment: { variables[$0] }, folder: folder.url.path)
    #expect(access.endpoint.description == "[fd00::1]:443")
    #expect(access.token == .file("\(folder.url.path)/token"))
    #expect(access.namespace == "raymesh-system")
    #expect(throws: AccessError.self) {
      try ClusterAccess.inCluster(environment: { _ in nil }, folder: folder.url.path)
    }
  }
}
