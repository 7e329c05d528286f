public import CoreMetrics
internal import Synchronization

/// Metrics as Prometheus reads them: a backend for swift-metrics that writes the text format, version 0.0.4.
///
/// A series lives as long as the process: labels come from closed sets.
public final class PrometheusMetrics: MetricsFactory {
  private let families = Mutex<[String: Family]>([:])
  private let help: [String: String]
  private let bounds: [String: [Double]]

  struct Family {
    let type: String
    var series: [String: any Series] = [:]
  }

  /// - Parameters:
  ///   - help: what each metric means, by its name.
  ///   - bounds: a histogram's bounds, by its name and in its own unit; times are in seconds.
  public init(help: [String: String], bounds: [String: [Double]] = [:]) {
    (self.help, self.bounds) = (help, bounds)
  }

  /// Every series, in the text format, families and series sorted by name.
  public var text: String {
    families.withLock { families in
      families.sorted { $0.key < $1.key }.map { name, family in
        let series = family.series.sorted { $0.key < $1.key }.map { $0.value.lines(name: name, labels: $0.key) }
        let meaning = help[name].map { "# HELP \(name) \(PrometheusMetrics.escaped($0, quotes: false))\n" } ?? ""
        return "\(meaning)# TYPE \(name) \(family.type)\n\(series.joined())"
      }.joined()
    }
  }

  /// A counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, "counter", dimensions) { Count() }
  }

  /// A counter of what does not come in whole numbers.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(label, "counter", dimensions) { Sum() }
  }

  /// A gauge, or if values should be added up over time, a histogram.
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate { return series(label, "histogram", dimensions) { Histogram(scale: 1, bounds: bounds[label]) } }
    return series(label, "gauge", dimensions) { GaugeSeries() }
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, "gauge", dimensions) { GaugeSeries() }
  }

  /// A histogram in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, "histogram", dimensions) { Histogram(scale: 1e-9, bounds: bounds[label]) }
  }

  /// Keeps the series: a counter that went backwards would look like a restart.
  public func destroyCounter(_ handler: any CounterHandler) {}
  /// Keeps the series.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  /// Keeps the series.
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Keeps the series.
  public func destroyTimer(_ handler: any TimerHandler) {}

  private func series<Kind: Series>(
    _ name: String, _ type: String, _ dimensions: [(String, String)], make: () -> Kind
  ) -> Kind {
    // Sorted, as the order of labels tells no series from another.
    let labels = dimensions.sorted { $0.0 < $1.0 }
      .map { "\($0.0)=\"\(PrometheusMetrics.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    return families.withLock { families in
      var family = families[name] ?? Family(type: type)
      let found = (family.series[labels] as? Kind) ?? make()
      family.series[labels] = found
      families[name] = family
      return found
    }
  }

  /// By scalar: CR LF is one character that is not LF, and a quote with an accent is one that is no quote.
  private static func escaped(_ value: String, quotes: Bool) -> String {
    value.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"" where quotes: "\\\""
      case "\n": "\\n"
      default: String(scalar)
      }
    }.joined()
  }
}
