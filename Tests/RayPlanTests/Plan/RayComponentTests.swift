import RayPlan
import Testing

/// What each part of Ray listens on, by whom it is set and what it speaks: measured on Ray 2.10, 2.46 and 2.60.
@Suite struct RayComponentTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let component: RayComponent
    let setting: RayComponent.Setting
    let port: Int
    let appProtocol: AppProtocol
    let isHeadOnly: Bool
    let service: String
    var testDescription: String { service }
  }

  static let table = [
    row(.gcs, "port", 6379, .grpc, headOnly: true, service: "node-gcs-port"),
    row(.nodeManager, "node-manager-port", 6380, .grpc),
    row(.objectManager, "object-manager-port", 6381, .grpc),
    row(.runtimeEnvAgent, "runtime-env-agent-port", 6382, .http),
    row(.dashboardAgentGRPC, "dashboard-agent-grpc-port", 6383, .grpc),
    row(.dashboardAgentListen, "dashboard-agent-listen-port", 52365, .http),
    row(.metricsExport, "metrics-export-port", 8080, .http),
    row(.dashboard, "dashboard-port", 8265, .http, headOnly: true),
    row(.dashboardGRPC, "dashboard-grpc-port", 8266, .grpc, headOnly: true),
    row(.client, "ray-client-server-port", 10001, .grpc, headOnly: true, service: "client-port"),
    Row(
      component: .autoscalerMetrics, setting: .environment("AUTOSCALER_METRIC_PORT"), port: 44217, appProtocol: .http,
      isHeadOnly: true, service: "autoscaler-metrics-port"),
    Row(
      component: .dashboardMetrics, setting: .environment("DASHBOARD_METRIC_PORT"), port: 44227, appProtocol: .http,
      isHeadOnly: true, service: "dashboard-metrics-port"),
  ]

  private static func row(
    _ component: RayComponent, _ parameter: String, _ port: Int, _ appProtocol: AppProtocol, headOnly: Bool = false,
    service: String? = nil
  ) -> Row {
    Row(
      component: component, setting: .parameter(parameter), port: port, appProtocol: appProtocol,
      isHeadOnly: headOnly, service: service ?? parameter)
  }

  @Test(arguments: table)
  func `a component is as it was measured`(row: Row) {
    #expect(row.component.setting == row.setting)
    #expect(row.component.usualPort == Port(row.port))
    #expect(row.component.appProtocol == row.appProtocol)
    #expect(row.component.isHeadOnly == row.isHeadOnly)
    #expect(row.component.servicePortName == row.service)
  }

  @Test func `the table knows every component, and no two share a port or a name`() {
    #expect(RayComponentTests.table.map(\.component) == RayComponent.allCases)
    #expect(Set(RayComponent.allCases.map(\.usualPort)).count == RayComponent.allCases.count)
    #expect(Set(RayComponent.allCases.map(\.servicePortName)).count == RayComponent.allCases.count)
  }

  @Test func `only what Ray or KubeRay would leave to chance is added`() {
    let added: [RayComponent] = [
      .nodeManager, .objectManager, .runtimeEnvAgent, .dashboardAgentGRPC, .dashboardAgentListen, .metricsExport,
    ]
    #expect(RayComponent.added == added)
  }

  @Test func `ray start guards its parameters' ports, not those set by environment`() {
    let unguarded = RayComponent.allCases.filter { !$0.isGuarded }
    #expect(unguarded == [.autoscalerMetrics, .dashboardMetrics])
  }
}
