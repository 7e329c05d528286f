internal import Explain
public import RayPlan

/// Explains every RayCluster of manifests, as the webhook would see it created; all else is passed over.
public struct ManifestExplainer {
  private let options: PlanOptions
  private let namespace: String

  /// - Parameter namespace: of clusters whose manifest does not say.
  public init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// Explains files, one after the other. What is refused, or cannot be read, keeps nothing else from being explained.
  public func explain(_ files: [ManifestRenderer.File]) -> ManifestExplanation {
    var explanation = ManifestExplanation()
    for file in files {
      do throws(ManifestError) {
        let text = try ManifestText(file.bytes, named: file.name).text
        for document in ManifestStream(text).documents { explain(document, of: file.name, in: &explanation) }
      } catch { explanation.add(error) }
    }
    return explanation
  }

  private func explain(
    _ document: ManifestStream.Document, of file: String, in explanation: inout ManifestExplanation
  ) {
    do throws(YAMLFault) {
      guard let reading = try DocumentReading(document.text), reading.value.holdsRayCluster else { return }
      guard reading.faults.isEmpty else { return explanation.add(reading.faults, of: document, in: file) }
      for found in FoundCluster.all(in: reading.value, like: reading.node) {
        let result = try found.explanation(options, namespace: namespace)
        let place = (file, document.line + found.line - 1)
        explanation.add(ExplainedCluster(found, in: place, namespace: namespace, result: result))
      }
    } catch { explanation.add([error], of: document, in: file) }
  }
}

extension ManifestExplanation {
  fileprivate mutating func add(_ faults: [YAMLFault], of document: ManifestStream.Document, in file: String) {
    for fault in faults {
      add(ManifestError(file: file, line: document.line + fault.line - 1, reason: fault.reason))
    }
  }
}
