extension PortRuns {
  /// The first numbers for a person, a range as its ends, and how many more there are.
  ///
  /// - Parameter most: how many numbers and ranges are told.
  func words(atMost most: Int) -> String {
    var (told, rest): ([String], Int) = ([], 0)
    for run in runs.sorted(by: { $0.numbers.lowerBound < $1.numbers.lowerBound }) {
      if told.count < most { told.append(run.words) } else { rest += run.count }
    }
    return told.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension PortRun {
  fileprivate var words: String { count > 1 ? "\(numbers.lowerBound)-\(numbers.upperBound)" : "\(numbers.lowerBound)" }
}
