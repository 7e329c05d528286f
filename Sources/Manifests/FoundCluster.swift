internal import Admission
internal import Explain
internal import JSON
internal import RayPlan

/// A RayCluster in a document.
struct FoundCluster {
  /// The cluster.
  let manifest: JSONValue
  /// Where it stands in its document: at the root, or in a list.
  let place: JSONPointer
  /// The line of the document that it begins at, from 1.
  let line: Int

  /// Every RayCluster of a manifest, in its order.
  ///
  /// - Parameter model: how the manifest is written, where it is YAML.
  static func all(in manifest: JSONValue, like model: YAMLNode?, at place: JSONPointer = .root) -> [FoundCluster] {
    if manifest.isRayCluster { return [FoundCluster(manifest: manifest, place: place, line: model?.line ?? 1)] }
    let models = model?.member("items")?.elements ?? []
    return (manifest.listItems ?? []).enumerated().flatMap { index, item in
      all(in: item, like: index < models.count ? models[index] : nil, at: place.appending("items").appending(index))
    }
  }

  /// What Raymesh would make of it.
  ///
  /// - Throws: `YAMLFault` where the cluster is nested deeper than JSON is read.
  func explanation(_ options: PlanOptions, namespace: String) throws(YAMLFault) -> Result<Explanation, Refusal> {
    let document: JSONDocument
    do throws(JSONSyntaxError) { document = try JSONDocument(JSONWriter.bytes(of: manifest)) } catch {
      throw YAMLFault(line: line, error.description)
    }
    let write = ClusterWrite(document.root, namespace: namespace, options: options)
    return Result { () throws(Refusal) in try write.explanation() }
  }
}
