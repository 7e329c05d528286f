public import Logging

extension Logger.Metadata {
  /// The facts as a line has them: by name, where a value that is facts itself, in an order of its own, stands for those.
  ///
  /// What is said of every request is said so, as one value: making a table and sorting it takes longer than the line.
  public var inOrder: [Element] {
    if count == 1, case .stringConvertible(let facts as [Element])? = first?.value { return facts }
    return sorted { $0.key < $1.key }.flatMap { fact in
      if case .stringConvertible(let facts as [Element]) = fact.value { facts } else { [fact] }
    }
  }
}
