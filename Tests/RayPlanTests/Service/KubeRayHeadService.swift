import JSON
import TestSupport
import Testing

/// The Service that the KubeRay operator makes for the head of a cluster, defaulted as an API server shows it
/// (`BuildServiceForHeadPod`, `ray-operator/controllers/ray/common/service.go`, KubeRay 1.7).
struct KubeRayHeadService {
  private let name: String
  private let cluster: JSONValue
  /// Ports beside the cluster's, as a `headService` of the user's own has them.
  var ownPorts: [JSONValue] = []

  init(for cluster: JSONValue, named name: String = "demo") {
    self.cluster = cluster
    self.name = name
  }

  /// The Service.
  var object: JSONValue {
    [
      "apiVersion": "v1", "kind": "Service",
      "metadata": .sketch([
        "name": .string("\(name)-head-svc"), "namespace": "ray", "labels": labels,
        "annotations": cluster["spec"]?["headServiceAnnotations"],
        "ownerReferences": [["apiVersion": "ray.io/v1", "kind": "RayCluster", "name": .string(name)]],
      ]),
      "spec": ["clusterIP": "None", "selector": labels, "ports": .array(ownPorts + ports)],
    ]
  }

  private var labels: JSONValue {
    [
      "app.kubernetes.io/created-by": "kuberay-operator", "app.kubernetes.io/name": "kuberay",
      "ray.io/cluster": .string(name), "ray.io/identifier": .string("\(name)-head"), "ray.io/node-type": "head",
    ]
  }

  private var ports: [JSONValue] {
    let container = cluster.value(at: "/spec/headGroupSpec/template/spec/containers/0")
    var ports = (container?["ports"]?.elements ?? []).map { port in
      (name: port["name"]?.string ?? "\(port["containerPort"]?.text ?? "")-port", number: port["containerPort"] ?? 0)
    }
    if ports.isEmpty {
      ports = [("client", 10001), ("dashboard", 8265), ("gcs-server", 6379), ("serve", 8000)]
    }
    if !ports.contains(where: { $0.name == "metrics" }) { ports.append(("metrics", 8080)) }
    return ports.map { .headPort($0.name, $0.number) }
  }
}

extension JSONValue {
  /// A port of the head's Service, with the one protocol that KubeRay gives.
  static func headPort(_ name: String, _ number: JSONValue, appProtocol: JSONValue? = "tcp") -> JSONValue {
    .sketch([
      "name": .string(name), "protocol": "TCP", "appProtocol": appProtocol, "port": number, "targetPort": number,
    ])
  }
}
