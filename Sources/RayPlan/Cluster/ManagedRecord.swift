public import JSON
internal import Limits
internal import Names

/// What Raymesh has added to a RayCluster, as the cluster's own annotation says.
///
/// Later updates rely on it: what it names is ours, whatever else is there is the user's.
public struct ManagedRecord {
  /// The version of the planning rules that the record was made by.
  static let plan: Int64 = 1
  /// Where the annotation stands in a RayCluster.
  public static let place: JSONPointer = Annotation.managedPointer
  /// Names of the ray start parameters added to the head group.
  private var head = ParameterNames()
  /// The same for each worker group, in the order of the spec, by group name.
  private var workers = RoleMap<ParameterNames>()
  /// The values that an update had to give to parameters of ours, by name. A webhook may be asked about one write
  /// twice; the second time it is this that tells them from the user's.
  public var moved: [String: String] = [:]

  /// A record of nothing.
  public init() {}

  /// The record in a cluster's annotation, `nil` if there is none that can be read.
  public init?(of metadata: ClusterMetadata) {
    guard let text = metadata.annotation(Annotation.managed) else { return nil }
    self.init(text)
  }

  /// Reads the annotation's text; `nil` if it is not a record, or one that Raymesh cannot have written.
  init?(_ text: String) {
    guard text.utf8.count <= ReviewLimits.recordLength.value, let document = try? JSONDocument(Array(text.utf8)),
      let head = document.root.member("head").flatMap(ManagedRecord.names),
      let workers = document.root.member("workers")?.members
    else { return nil }
    self.head = head
    for (group, list) in workers {
      guard let names = ManagedRecord.names(list) else { return nil }
      self.workers[.worker(group)] = self.workers[.worker(group)] ?? names
    }
    if let values = document.root.member("moved")?.members {
      for (name, value) in values where RayParameter(name) != nil { moved[name] = value.string }
    }
  }

  /// The parameters added to a group.
  public subscript(role: RayGroup.Role) -> ParameterNames {
    get {
      switch role {
      case .head: head
      case .worker: workers[role] ?? ParameterNames()
      }
    }
    set {
      switch role {
      case .head: head = newValue
      case .worker: workers[role] = newValue
      }
    }
  }

  /// The annotation's text.
  public var text: [UInt8] {
    var writer = JSONWriter(capacity: 512)
    write(to: &writer)
    return writer.bytes
  }

  /// Writes the annotation's text: compact JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("plan")
      writer.integer(ManagedRecord.plan)
      writer.key("head")
      writer.names(head)
      writer.key("workers")
      writer.object { writer in
        for (role, parameters) in workers.entries {
          guard case .worker(let group) = role else { continue }
          writer.key(group)
          writer.names(parameters)
        }
      }
      guard !moved.isEmpty else { return }
      writer.key("moved")
      writer.object { writer in
        for (name, value) in moved.sorted(by: { $0.key < $1.key }) { writer.member(name, .string(value)) }
      }
    }
  }

  private static func names(_ list: JSONElement) -> ParameterNames? {
    guard let elements = list.elements else { return nil }
    var names = ParameterNames()
    for element in elements {
      guard let name = element.string, names.count < ReviewLimits.recordNames.value else { return nil }
      names.insert(name)
    }
    return names
  }
}

extension ClusterMetadata {
  /// Whether Raymesh has taken the cluster in: only then its pods have the ports that its Service would list.
  public var isManaged: Bool { annotation(Annotation.managed) != nil }
}

extension JSONWriter {
  fileprivate mutating func names(_ names: ParameterNames) {
    array { writer in
      // Nearly always there are no others.
      guard names.others.isEmpty else { return names.sorted.forEach { writer.string($0) } }
      for parameter in names.known { writer.word(parameter.word) }
    }
  }
}

/// Names of ray start parameters: those that Raymesh knows, and any others that a record contains.
public struct ParameterNames {
  private(set) var known: ParameterSet = []
  /// The others, each once.
  private(set) var others: [String] = []

  var isEmpty: Bool { known.isEmpty && others.isEmpty }
  var count: Int { known.count + others.count }

  /// The names, by the alphabet.
  var sorted: [String] { (known.map(\.name) + others).sorted() }

  func contains(_ name: String) -> Bool { RayParameter(name).map(known.contains) ?? others.contains(name) }

  mutating func insert(_ name: String) {
    if let parameter = RayParameter(name) { return known.insert(parameter) }
    if !others.contains(name) { others.append(name) }
  }

  /// Adds parameters that Raymesh knows.
  public mutating func formUnion(_ other: ParameterSet) { known.formUnion(other) }

  /// Adds the names of another set.
  public mutating func formUnion(_ other: ParameterNames) {
    known.formUnion(other.known)
    for name in other.others { insert(name) }
  }

  /// Those that satisfy a condition.
  public func filter(_ isKept: (String) -> Bool) -> ParameterNames {
    var kept = ParameterNames()
    for name in sorted where isKept(name) { kept.insert(name) }
    return kept
  }
}
