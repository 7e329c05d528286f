/// A part of Ray that listens on a port of its own on a node, worker processes aside.
///
/// Names, defaults and protocols: `ray start --help` and Ray's sources, 2.10 to 2.60; KubeRay's `constant.go` for
/// the metrics port. What each speaks was measured, not taken from the guide (which calls the runtime env agent grpc).
public enum RayComponent: Int, CaseIterable, Sendable {
  case gcs
  case nodeManager
  case objectManager
  case runtimeEnvAgent
  case dashboardAgentGRPC
  case dashboardAgentListen
  case metricsExport
  case dashboard
  case dashboardGRPC
  case client
  case autoscalerMetrics
  case dashboardMetrics

  /// The table: one row for each component. A component without a row does not compile.
  private var row: Row {
    switch self {
    case .gcs: Row(6379, .grpc, .port, default: .ray, on: .head, name: "node-gcs-port")
    case .nodeManager: Row(6380, .grpc, .nodeManagerPort, default: nil, on: .everyNode, isAdded: true)
    case .objectManager: Row(6381, .grpc, .objectManagerPort, default: nil, on: .everyNode, isAdded: true)
    case .runtimeEnvAgent:
      Row(
        6382, .http, .runtimeEnvAgentPort, default: nil, on: .everyNode, isAdded: true, from: .firstUnprivileged,
        zero: .refusedUntil(RayVersion(major: 2, minor: 46)))
    case .dashboardAgentGRPC: Row(6383, .grpc, .dashboardAgentGRPCPort, default: nil, on: .everyNode, isAdded: true)
    case .dashboardAgentListen:
      Row(52365, .http, .dashboardAgentListenPort, default: .kubeRay, on: .everyNode, isAdded: true)
    case .metricsExport: Row(8080, .http, .metricsExportPort, default: .kubeRay, on: .everyNode, isAdded: true)
    case .dashboard: Row(8265, .http, .dashboardPort, default: .ray, on: .headAndReserved)
    case .dashboardGRPC: Row(8266, .grpc, .dashboardGRPCPort, default: nil, on: .headAndReserved)
    case .client:
      Row(
        10001, .grpc, .rayClientServerPort, default: .ray, on: .headAndReserved, name: "client-port",
        from: .firstUnprivileged, zero: .refused)
    case .autoscalerMetrics: Row(44217, variable: "AUTOSCALER_METRIC_PORT", name: "autoscaler-metrics-port")
    case .dashboardMetrics: Row(44227, variable: "DASHBOARD_METRIC_PORT", name: "dashboard-metrics-port")
    }
  }

  private static let rows = allCases.map(\.row)
}

extension RayComponent {
  /// A row of the table.
  private struct Row: Sendable {
    let port: Port
    let appProtocol: AppProtocol
    let source: Source
    let name: StaticString?
    let defaultSource: DefaultSource?
    let nodes: Nodes
    let isAdded: Bool
    let lowest: Port
    let zero: Zero

    /// A component whose number a ray start parameter sets.
    init(
      _ port: UInt16, _ appProtocol: AppProtocol, _ parameter: RayParameter, default defaultSource: DefaultSource?,
      on nodes: Nodes, isAdded: Bool = false, name: StaticString? = nil, from lowest: Port = .first,
      zero: Zero = .random
    ) {
      (self.port, self.appProtocol, source) = (.known(port), appProtocol, .parameter(parameter))
      (self.defaultSource, self.nodes, self.isAdded) = (defaultSource, nodes, isAdded)
      (self.name, self.lowest, self.zero) = (name, lowest, zero)
    }

    /// Metrics of the head, whose number a variable of the Ray container sets.
    init(_ port: UInt16, variable: StaticString, name: StaticString) {
      (self.port, appProtocol, source, self.name) = (.known(port), .http, .environment(variable), name)
      (defaultSource, nodes, isAdded, lowest, zero) = (.ray, .head, false, .first, .random)
    }
  }

  /// What sets a component's number.
  private enum Source {
    case parameter(RayParameter)
    /// A variable of the Ray container.
    case environment(StaticString)
  }

  /// The project that has a number for a component if nobody sets one.
  package enum DefaultSource: Sendable {
    case ray, kubeRay
  }

  /// Where a component runs.
  private enum Nodes {
    case everyNode, head
    /// On the head, but `ray start` takes its port to be in use on a worker too. GCS is not among these: its parameter
    /// is no worker's at all.
    case headAndReserved
  }

  /// What `ray start` makes of the port 0 (`RayParams._check_usage`).
  enum Zero: Sendable {
    /// Any port that is free.
    case random
    case refused
    /// Refused by a version of Ray and those before it, and any port that is free for later ones.
    case refusedUntil(RayVersion)
  }

}

extension RayComponent {
  private var facts: Row { RayComponent.rows[rawValue] }

  /// The port that the component has if nobody sets one: Ray's own or KubeRay's if that is fixed, else ours.
  public var usualPort: Port { facts.port }

  /// What it speaks.
  public var appProtocol: AppProtocol { facts.appProtocol }

  /// The ray start parameter that sets its number; `nil` if an environment variable of the Ray container does.
  var startParameter: RayParameter? { if case .parameter(let parameter) = facts.source { parameter } else { nil } }

  /// The ray start parameter, or the environment variable, that sets its number.
  public var parameter: String {
    switch facts.source {
    case .parameter(let parameter): parameter.name
    case .environment(let variable): variable.description
    }
  }

  /// Where its number is set: a ray start parameter, or an environment variable of the Ray container.
  public var setting: Setting { startParameter == nil ? .environment(parameter) : .parameter(parameter) }

  /// Where a component's number is set.
  public enum Setting: Hashable, Sendable {
    case parameter(String)
    case environment(String)
  }

  /// The name of its Service port: the guide's, and two of the same make for the ports that the guide lacks.
  public var servicePortName: String { facts.name?.description ?? parameter }

  /// The project that has a number for it if nobody sets one; `nil` if it takes any free port.
  package var defaultSource: DefaultSource? { facts.defaultSource }

  /// Whether Ray or KubeRay has a number for it if nobody sets one; the others take any that is free.
  public var hasDefault: Bool { facts.defaultSource != nil }

  /// Whether Raymesh may give it another number than its usual one if that is taken. A number that Ray or KubeRay has
  /// by itself is never moved: probes and people count on it.
  var isMovable: Bool { !hasDefault }

  /// Whether it runs on the head only.
  public var isHeadOnly: Bool { facts.nodes != .everyNode }

  /// Whether `ray start` takes its port to be in use on a worker too, though it runs on the head only.
  var isReservedOnWorkers: Bool { facts.nodes == .headAndReserved }

  /// The lowest port that `ray start` takes for it (`RayParams._check_usage`).
  var lowestPort: Port { facts.lowest }

  /// What `ray start` makes of 0 for its port.
  var zero: Zero { facts.zero }

  /// Whether `ray start` refuses another component on its port. It does not know the two ports set by environment.
  public var isGuarded: Bool { startParameter != nil }

  /// Those that Raymesh adds if the user has not set them, in the order in which it adds them.
  public static let added = allCases.filter(\.isAdded)

  /// Whether it is one of those.
  var isAdded: Bool { facts.isAdded }
}
