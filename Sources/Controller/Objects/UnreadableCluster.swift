/// A RayCluster that cannot be read, and why.
struct UnreadableCluster: Hashable, Sendable {
  let reference: ClusterReference
  let reason: String
}
