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

  /// The port that the component has where nobody sets one: Ray's own or KubeRay's where that is fixed, else ours.
  public var usualPort: Port {
    switch self {
    case .gcs: .known(6379)
    case .nodeManager: .known(6380)
    case .objectManager: .known(6381)
    case .runtimeEnvAgent: .known(6382)
    case .dashboardAgentGRPC: .known(6383)
    case .dashboardAgentListen: .known(52365)
    case .metricsExport: .known(8080)
    case .dashboard: .known(8265)
    case .dashboardGRPC: .known(8266)
    case .client: .known(10001)
    case .autoscalerMetrics: .known(44217)
    case .dashboardMetrics: .known(44227)
    }
  }

  /// What it speaks.
  public var appProtocol: AppProtocol {
    switch self {
    case .gcs, .nodeManager, .objectManager, .dashboardAgentGRPC, .dashboardGRPC, .client: .grpc
    case .runtimeEnvAgent, .dashboardAgentListen, .metricsExport, .dashboard: .http
    case .autoscalerMetrics, .dashboardMetrics: .http
    }
  }

  /// The ray start parameter that sets its number; `nil` where an environment variable of the Ray container does.
  var startParameter: RayParameter? {
    switch self {
    case .gcs: .port
    case .nodeManager: .nodeManagerPort
    case .objectManager: .objectManagerPort
    case .runtimeEnvAgent: .runtimeEnvAgentPort
    case .dashboardAgentGRPC: .dashboardAgentGRPCPort
    case .dashboardAgentListen: .dashboardAgentListenPort
    case .metricsExport: .metricsExportPort
    case .dashboard: .dashboardPort
    case .dashboardGRPC: .dashboardGRPCPort
    case .client: .rayClientServerPort
    case .autoscalerMetrics, .dashboardMetrics: nil
    }
  }

  /// The ray start parameter, or the environment variable, that sets its number.
  public var parameter: String {
    switch self {
    case .autoscalerMetrics: "AUTOSCALER_METRIC_PORT"
    case .dashboardMetrics: "DASHBOARD_METRIC_PORT"
    default: startParameter?.name ?? ""
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
  public var servicePortName: String {
    switch self {
    case .gcs: "node-gcs-port"
    case .client: "client-port"
    case .autoscalerMetrics: "autoscaler-metrics-port"
    case .dashboardMetrics: "dashboard-metrics-port"
    default: parameter
    }
  }

  /// Whether Ray or KubeRay has a number for it where nobody sets one; the others take any that is free.
  public var hasDefault: Bool {
    switch self {
    case .nodeManager, .objectManager, .runtimeEnvAgent, .dashboardAgentGRPC, .dashboardGRPC: false
    default: true
    }
  }

  /// Whether Raymesh may give it another number than its usual one, where that is taken. A number that Ray or KubeRay
  /// has by itself is never moved: probes and people count on it.
  var isMovable: Bool { !hasDefault }

  /// Whether it runs on the head only.
  public var isHeadOnly: Bool {
    switch self {
    case .gcs, .dashboard, .dashboardGRPC, .client, .autoscalerMetrics, .dashboardMetrics: true
    default: false
    }
  }

  /// Whether `ray start` takes its port to be in use on a worker too, though it runs on the head only. GCS is not among
  /// them: its parameter is no worker's at all.
  var isReservedOnWorkers: Bool {
    switch self {
    case .dashboard, .dashboardGRPC, .client: true
    default: false
    }
  }

  /// The lowest port that `ray start` takes for it (`RayParams._check_usage`).
  var lowestPort: Port {
    switch self {
    case .runtimeEnvAgent, .client: .firstUnprivileged
    default: .first
    }
  }

  /// Whether `ray start` refuses another component on its port. It does not know the two ports set by environment.
  public var isGuarded: Bool { startParameter != nil }

  /// Those that Raymesh adds where the user has not set them, in the order in which it adds them.
  public static let added = allCases.filter(\.isAdded)

  /// Whether it is one of those.
  var isAdded: Bool {
    switch self {
    case .nodeManager, .objectManager, .runtimeEnvAgent, .dashboardAgentGRPC, .dashboardAgentListen: true
    case .metricsExport: true
    default: false
    }
  }
}
