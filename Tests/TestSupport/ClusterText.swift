/// RayClusters as people write them.
public enum ClusterText {
  /// A RayCluster of a head group alone, as YAML.
  ///
  /// - Parameter metadata: more lines of the metadata, each indented by two.
  public static func headOnly(_ name: String, metadata: String = "", parameters: String = "{}") -> String {
    """
    apiVersion: ray.io/v1
    kind: RayCluster
    metadata:
      name: \(name)
    \(metadata)spec:
      headGroupSpec:
        rayStartParams: \(parameters)
        template: {spec: {containers: [{name: ray-head, resources: {limits: {cpu: '1'}}}]}}

    """
  }
}
