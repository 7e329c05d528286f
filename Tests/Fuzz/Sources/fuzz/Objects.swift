@testable import Controller
import JSON
@testable import Kubernetes
import RayPlan

/// Reads an object as the controller does. It is read as every kind that is watched, because anybody may write anything
/// into an annotation, and its text is read as a record of ports.
func readObject(_ bytes: [UInt8]) {
  readRecord(String(decoding: bytes, as: UTF8.self))
  guard let root = try? JSONDocument(bytes).root else { return }
  read(root)
}

/// Reads the lines of a watch, or a page of a list, with the objects in them.
func readWatch(_ bytes: [UInt8]) {
  for line in bytes.split(separator: UInt8(ascii: "\n")) {
    switch try? WatchEvent(line: Array(line)) {
    case .changed(let object), .deleted(let object): read(object)
    case .bookmark, .failed, .unreadable, nil: break
    }
  }
  guard let document = try? JSONDocument(bytes), let page = try? ObjectPage(document) else { return }
  page.items.forEach(read)
}

private func read(_ object: JSONElement) {
  _ = try? PodSlice(object)
  if let text = object.member("metadata")?.member("annotations")?.member("raymesh.io/ports")?.string {
    readRecord(text)
  }
  // A cluster and the Service of its name, in one object.
  guard let cluster = try? ManagedCluster(object, options: .standard) else { return }
  _ = try? LiveService(object, for: cluster)
  _ = try? ServiceState(of: object, service: object, oldest: nil, at: 1_700_000_000, options: .standard)
}

/// A record must be read from its own text as it was.
private func readRecord(_ text: String) {
  guard let record = PortRecord(text) else { return }
  guard let again = PortRecord(record.text) else { fatalError("a record that cannot be read again: \(record.text)") }
  if again != record { fatalError("a record that changes: \(record.text), \(again.text)") }
}
