/// The API groups whose objects Raymesh reads or writes.
public enum APIGroup<Text: ExpressibleByStringLiteral> {
  /// RayCluster, RayJob and RayService.
  @inlinable public static var ray: Text { "ray.io" }
  /// What the `apiVersion` of an object of `ray` begins with.
  @inlinable public static var rayPrefix: Text { "ray.io/" }
  /// PeerAuthentication.
  @inlinable public static var istioSecurity: Text { "security.istio.io" }
  /// Lease.
  @inlinable public static var coordination: Text { "coordination.k8s.io" }
  /// MutatingWebhookConfiguration.
  @inlinable public static var admissionRegistration: Text { "admissionregistration.k8s.io" }
  /// Partial objects and tables, as which any object can be read.
  @inlinable public static var meta: Text { "meta.k8s.io" }
}

/// An API group with its version, as the `apiVersion` of an object has it and as a path has it after `/apis/`.
public enum APIVersion<Text: ExpressibleByStringLiteral> {
  /// RayClusters, since KubeRay 1.0.
  @inlinable public static var ray: Text { "ray.io/v1" }
  /// RayClusters of a KubeRay before 1.0.
  @inlinable public static var rayAlpha: Text { "ray.io/v1alpha1" }
  /// AdmissionReviews.
  @inlinable public static var admission: Text { "admission.k8s.io/v1" }
  /// Leases.
  @inlinable public static var coordination: Text { "coordination.k8s.io/v1" }
  /// MutatingWebhookConfigurations.
  @inlinable public static var admissionRegistration: Text { "admissionregistration.k8s.io/v1" }
}

/// The paths that Raymesh's own listeners answer.
public enum ServerPath<Text: ExpressibleByStringLiteral> {
  /// Reviews of RayClusters.
  @inlinable public static var mutate: Text { "/mutate" }
  /// Reviews of Services that KubeRay makes for heads.
  @inlinable public static var mutateService: Text { "/mutate-service" }
  /// The Service of a RayCluster.
  @inlinable public static var service: Text { "/service" }
  /// The same for Metacontroller.
  @inlinable public static var sync: Text { "/sync" }
  /// Whether the process works, for the kubelet.
  @inlinable public static var livez: Text { "/livez" }
  /// Whether requests may be sent here, for the kubelet.
  @inlinable public static var readyz: Text { "/readyz" }
  /// Metrics, for Prometheus.
  @inlinable public static var metrics: Text { "/metrics" }
}

/// Other names that Kubernetes, KubeRay or the manifests define.
public enum WellKnown<Text: ExpressibleByStringLiteral> {
  /// The name of this program, by which it labels what it keeps.
  @inlinable public static var program: Text { "raymesh" }
  /// The domain that the names of the shipped webhooks end in.
  @inlinable public static var webhookDomain: Text { "raymesh.io" }
  /// The domain that the cluster's DNS serves if nobody has chosen another.
  @inlinable public static var clusterDomain: Text { "cluster.local" }
  /// The folder of the service account's token in every pod (`DefaultAPITokenMountPath`, Kubernetes 1.36).
  @inlinable public static var serviceAccountFolder: Text { "/var/run/secrets/kubernetes.io/serviceaccount" }
  /// The type of a Secret that holds a certificate and its key.
  @inlinable public static var tlsSecret: Text { "kubernetes.io/tls" }
  /// The name by which the KubeRay operator labels what it has created.
  @inlinable public static var kubeRayOperator: Text { "kuberay-operator" }
  /// The `spec.managedBy` of a RayCluster that the KubeRay operator reconciles.
  @inlinable public static var kubeRayManager: Text { "ray.io/kuberay-operator" }
}
