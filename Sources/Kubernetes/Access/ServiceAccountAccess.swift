internal import Transport

extension ClusterAccess {
  /// Where kubelet puts a service account's token (`DefaultAPITokenMountPath`, Kubernetes 1.36).
  public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The API server of the cluster that this process is a pod of, as its service account.
  ///
  /// - Parameter environment: the value of a variable, `nil` where it is not set.
  /// - Throws: `AccessError` where this is no pod, or one without a token.
  public static func inCluster(
    environment: (String) -> String?, folder: String = serviceAccountFolder
  ) throws(AccessError) -> ClusterAccess {
    guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
      let port = environment("KUBERNETES_SERVICE_PORT").flatMap({ UInt16($0) })
    else {
      throw AccessError(
        "found no KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, expected a pod, or --kubeconfig")
    }
    let (authority, token) = (Material.file("\(folder)/ca.crt"), Material.file("\(folder)/token"))
    for material in [authority, token] { _ = try material.bytes() }
    let namespace = try? Material.file("\(folder)/namespace").bytes()
    return ClusterAccess(
      // An IPv6 address comes without brackets, as an endpoint has it.
      endpoint: Endpoint(host: host, port: port), prefix: "", serverName: nil,
      security: Security(authority: authority, client: nil), token: token,
      namespace: namespace.map { String(decoding: $0, as: UTF8.self) })
  }
}
