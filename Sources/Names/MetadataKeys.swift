/// The keys of labels that Raymesh reads or writes.
///
/// `Text` is whatever the caller needs: a key that only the source code spells costs no String if a `StaticString`
/// does.
public enum Label<Text: ExpressibleByStringLiteral> {
  /// The RayCluster that a pod or a head's Service belongs to, by its name. KubeRay sets it.
  @inlinable public static var cluster: Text { "ray.io/cluster" }
  /// `head` or `worker`. KubeRay sets it.
  @inlinable public static var nodeType: Text { "ray.io/node-type" }
  /// The kind that a RayCluster was made for, such as `RayService`. KubeRay sets it from 1.1 on.
  @inlinable public static var originatedFrom: Text { "ray.io/originated-from-crd" }
  /// The queue that Kueue holds an object in.
  @inlinable public static var queueName: Text { "kueue.x-k8s.io/queue-name" }

  /// Whether Raymesh manages a namespace, `true` or `false`. It overrides Istio's own labels.
  @inlinable public static var inject: Text { Annotation<Text>.inject }
  /// Whether Istio injects sidecars into a namespace, `enabled` or `disabled`.
  @inlinable public static var istioInjection: Text { "istio-injection" }
  /// The revision of Istio that injects sidecars into a namespace.
  @inlinable public static var istioRevision: Text { "istio.io/rev" }
  /// The name of a namespace. The API server sets it.
  @inlinable public static var namespaceName: Text { "kubernetes.io/metadata.name" }

  /// The name of the application, such as `raymesh`.
  @inlinable public static var name: Text { "app.kubernetes.io/name" }
  /// The part of an application that an object is, such as `kuberay-operator`.
  @inlinable public static var component: Text { "app.kubernetes.io/component" }
  /// The program that keeps an object: Raymesh writes and deletes only what it finds its own name on.
  @inlinable public static var managedBy: Text { "app.kubernetes.io/managed-by" }
  /// The program that created an object, such as `kuberay-operator`.
  @inlinable public static var createdBy: Text { "app.kubernetes.io/created-by" }
}

/// The keys of annotations that Raymesh reads or writes.
public enum Annotation<Text: ExpressibleByStringLiteral> {
  /// What Raymesh has added to a RayCluster.
  @inlinable public static var managed: Text { "raymesh.io/managed" }
  /// The place of `managed` in an object, as a JSON pointer (RFC 6901).
  @inlinable public static var managedPointer: Text { "/metadata/annotations/raymesh.io~1managed" }
  /// Whether Raymesh manages a RayCluster: `true` takes in one that was left alone, `false` leaves it alone.
  @inlinable public static var inject: Text { "raymesh.io/inject" }
  /// Whether Raymesh sets node addresses in a RayCluster: `always` or `never` overrides its own decision.
  @inlinable public static var nodeAddress: Text { "raymesh.io/node-address" }
  /// `true` hands a Service that somebody else made over to Raymesh.
  @inlinable public static var adopt: Text { "raymesh.io/adopt" }
  /// The ports that a Service keeps for pods that were started with them.
  @inlinable public static var ports: Text { "raymesh.io/ports" }
  /// What to rotate in the Secret of self-managed certificates.
  @inlinable public static var rotate: Text { "raymesh.io/rotate" }

  /// The namespaces that a Service is visible in. Istio reads it.
  @inlinable public static var exportTo: Text { "networking.istio.io/exportTo" }
  /// The version of the KubeRay that a RayCluster was last reconciled by.
  @inlinable public static var kubeRayVersion: Text { "ray.io/kuberay-version" }
  /// Whether KubeRay leaves the command of Ray's container to its author.
  @inlinable public static var overwriteContainerCommand: Text { "ray.io/overwrite-container-cmd" }
}
