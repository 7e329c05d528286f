import JSON
import Kubernetes
import TestSupport
import Testing

@testable import Doctor

/// The webhook configuration, what it trusts, and what is behind it.
struct WebhookTests {
  private let pair: Cluster.Pair

  init() throws { pair = try Cluster.Pair() }

  private func findings(_ change: (inout [JSONValue]) -> Void) throws -> [Finding] {
    var seen = try Cluster.healthy()
    seen.configuration = .there(try Cluster.configuration(trusting: pair.authority, change))
    seen.secret = .there(try Cluster.secret(pair.certificate))
    return Examination.findings(seen)
  }

  /// What somebody sets in the first webhook, and what comes of it.
  static let edits: [(place: [String], value: JSONValue, amiss: String, words: String)] = [
    (["failurePolicy"], "Ignore", "webhooks warning", "failurePolicy is Ignore: a RayCluster that is admitted"),
    (["reinvocationPolicy"], "Never", "webhooks notice", "shipped as IfNeeded"),
    (["timeoutSeconds"], 30, "webhooks warning", "timeoutSeconds is 30"),
    (["matchPolicy"], "Exact", "webhooks warning", "another API version"),
    (["rules"], [], "webhooks failure", "no rule matches CREATE of rayclusters"),
    (
      ["rules"],
      [
        [
          "apiGroups": ["ray.io"], "apiVersions": ["v1"], "resources": ["rayclusters"], "operations": ["CREATE"],
          "scope": "Cluster",
        ]
      ], "webhooks failure", "no rule matches CREATE of rayclusters"
    ),
    (["objectSelector"], ["matchLabels": ["a": "b"]], "webhooks warning", "objectSelector excludes rayclusters"),
    (["clientConfig", "service", "path"], "/", "webhooks failure", "calls /, expected /mutate"),
    (["clientConfig", "caBundle"], "", "ca-bundle failure", "empty"),
    (["clientConfig", "caBundle"], "aGVsbG8=", "ca-bundle failure", "contains no readable certificate"),
    (["name"], "other.example.com", "webhooks failure", "has no rayclusters.injection.raymesh.io"),
  ]

  @Test(arguments: edits)
  func `what somebody has changed is told`(place: [String], value: JSONValue, amiss: String, words: String) throws {
    let findings = try findings { $0[0] = $0[0].setting(place, value) }
    #expect(findings.amiss.contains(amiss), "\(findings.amiss)")
    #expect(findings.words.contains(words), "\(findings.words)")
  }

  @Test func `an objectSelector that leaves heads' Services out is told, one that spares others is none`() throws {
    let findings = try findings { $0[6] = $0[6].setting(["objectSelector", "matchLabels"], ["a": "b"]) }
    #expect(findings.amiss == ["webhooks warning"])
    #expect(findings.words.contains("objectSelector excludes services"))
    let spared: JSONValue = ["matchExpressions": [["key": "skip", "operator": "NotIn", "values": ["true"]]]]
    #expect(try self.findings { $0[0] = $0[0].setting(["objectSelector"], spared) }.amiss == [])
  }

  @Test(arguments: [("port", 8443), ("name", "other"), ("namespace", "other")] as [(String, JSONValue)])
  func `a webhook that asks elsewhere than the first is told`(key: String, value: JSONValue) throws {
    let findings = try findings { $0[1] = $0[1].setting(["clientConfig", "service", key], value) }
    #expect(findings.amiss.contains("webhook-service warning"), "\(findings.amiss)")
    #expect(findings.words.contains("webhook rayclusters.revision.raymesh.io: is called at Service"))
  }

  @Test func `an update's webhook that fails holds up KubeRay`() throws {
    let findings = try findings { $0[3] = $0[3].setting(["failurePolicy"], "Fail") }
    #expect(findings.amiss == ["webhooks warning"])
    #expect(findings.words.contains("KubeRay and the autoscaler are blocked"))
  }

  @Test func `without a webhook for creations clusters slip in, without others they are not kept`() throws {
    #expect(try findings { $0.remove(at: 0) }.amiss.contains("webhooks failure"))
    #expect(try findings { $0.remove(at: 8) }.amiss == ["webhooks warning"])
  }

  @Test func `if there is no configuration nobody asks`() throws {
    var seen = try Cluster.healthy()
    seen.configuration = .absent
    #expect(Examination.findings(seen).amiss.contains("webhooks failure"))
  }

  @Test func `an authority that has not signed the certificate is a failure, in OpenSSL's words`() throws {
    var seen = try Cluster.healthy()
    seen.configuration = .there(try Cluster.configuration(trusting: pair.authority))
    let findings = Examination.findings(seen)
    #expect(findings.amiss == ["ca-bundle failure"])
    #expect(findings.words.contains("does not verify the certificate of Secret raymesh-tls-abc for \(Cluster.host)"))
  }

  @Test func `several authorities may be trusted while they change`() throws {
    var seen = try Cluster.healthy()
    seen.configuration = .there(try Cluster.configuration(trusting: Cluster.Pair().authority + pair.authority))
    seen.secret = .there(try Cluster.secret(pair.certificate))
    #expect(Examination.findings(seen).amiss == [])
  }

  @Test(arguments: [
    (Cluster.host, 10, ["certificate warning"], "expires in"), (Cluster.host, 20, [], ""),
    (Cluster.host, -1, ["ca-bundle failure", "certificate failure"], "has expired"),
    ("raymesh.other.svc", 365, ["ca-bundle failure", "certificate failure"], "is for DNS:raymesh.other.svc, expected"),
  ])
  func `a certificate has its time and its name`(host: String, days: Int, amiss: [String], words: String) throws {
    let pair = try Cluster.Pair(for: host, days: days)
    var seen = try Cluster.healthy()
    seen.configuration = .there(try Cluster.configuration(trusting: pair.authority))
    seen.secret = .there(try Cluster.secret(pair.certificate))
    let findings = Examination.findings(seen)
    #expect(findings.amiss == amiss)
    #expect(words.isEmpty || findings.words.contains(words), "\(findings.words)")
  }

  @Test func `a Secret that the pods mount must be there, another need not`() throws {
    var seen = try Cluster.healthy()
    seen.secret = .absent
    #expect(Examination.findings(seen).amiss == ["certificate failure"])
    seen.deployments = .there([])
    #expect(Examination.findings(seen).amiss == ["certificate notice"])
    seen.secret = .there(try Cluster.secret(Array("?".utf8)))
    #expect(Examination.findings(seen).amiss == ["certificate failure"])
  }

  @Test(arguments: [
    (0, 2, ["webhook-service failure"], "2 are not ready"), (1, 1, ["webhook-service notice"], "only one pod is ready"),
    (2, 0, [], ""),
  ])
  func `pods must be behind the Service`(ready: Int, notReady: Int, amiss: [String], words: String) throws {
    var seen = try Cluster.healthy()
    seen.endpoints = .there(try Cluster.endpoints(ready: ready, notReady: notReady))
    #expect(Examination.findings(seen).amiss == amiss)
    #expect(words.isEmpty || Examination.findings(seen).words.contains(words))
  }

  @Test func `the Service must be there, with the port that is called`() throws {
    var seen = try Cluster.healthy()
    seen.service = .absent
    #expect(Examination.findings(seen).amiss == ["webhook-service failure"])
    seen.service = .there(try WebhookService(element(#"{"spec":{"ports":[{"port":8443}]}}"#)))
    #expect(Examination.findings(seen).words.contains("has port 8443, but the webhooks are called on 443"))
  }

  @Test(arguments: [
    ("https://127.0.0.1:9443/mutate?a=b", "127.0.0.1", "/mutate"),
    ("https://[fd00::1]:9443/mutate", "fd00::1", "/mutate"),
    ("https://raymesh.example.com/mutate", "raymesh.example.com", "/mutate"),
  ])
  func `a webhook that is asked by URL is looked at as far as it can be`(
    url: String, host: String, path: String
  ) throws {
    let target = WebhookConfiguration.Target.url(url)
    #expect(target.host == host && target.path == path)
    var seen = try Cluster.healthy()
    let pair = try Cluster.Pair(for: host)
    seen.secret = .there(try Cluster.secret(pair.certificate))
    seen.configuration = .there(
      try Cluster.configuration(trusting: pair.authority) { webhooks in
        webhooks = webhooks.map { webhook in
          let path = webhook.value(at: "/clientConfig/service/path")?.string ?? ""
          let bundle = webhook.value(at: "/clientConfig/caBundle") ?? .null
          let url = url.prefix { $0 != "?" }.replacing("/mutate", with: "") + path
          return webhook.setting(["clientConfig"], ["url": .string(String(url)), "caBundle": bundle])
        }
      })
    #expect(Examination.findings(seen).amiss == ["webhook-service notice"])
  }
}
