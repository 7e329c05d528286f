public import JSON

/// A port of a Service that KubeRay made for a head, read as far as it goes: all else about it is left to Kubernetes.
public struct HeadServicePort {
  /// Its place in `spec.ports`, from 0.
  public let index: Int
  /// Whether its protocol is the one that KubeRay gives to every port, whatever listens there
  /// (`DefaultServiceAppProtocol`), and that is open to be said better.
  public let isCalledTCP: Bool
  private let isTCP: Bool
  private let name: String
  private let number: Port?

  /// Reads an entry of `spec.ports` leniently, which stands at a place of the list, from 0.
  public init(_ element: JSONElement, at index: Int) {
    self.index = index
    isTCP = (element.member("protocol")?.string ?? "TCP") == "TCP"
    isCalledTCP = isTCP && element.member("appProtocol")?.string == AppProtocol.tcp.rawValue
    name = element.member("name")?.string ?? ""
    // What listens in the pod is what speaks. A target that is a name says no number.
    let target = element.member("targetPort") ?? element.member("port")
    number = target?.integer.flatMap { Port($0) }
  }

  /// The component that KubeRay or its samples call so.
  private var namedComponent: RayComponent? { HeadServicePort.components[name] }

  /// The component that the name says is here, and so not at its usual number.
  public var movedComponent: RayComponent? {
    guard isTCP, let number, let namedComponent, namedComponent.usualPort != number else { return nil }
    return namedComponent
  }

  /// Names that KubeRay gives to ports of a head if the user lists none, and that its samples give
  /// (`ray-operator/controllers/ray/utils/constant.go`). `redis`, from before Ray 1.11, is not among them: at 6379 the
  /// number tells the GCS, and elsewhere it may be a Redis.
  private static let components: [String: RayComponent] = [
    "gcs-server": .gcs, "gcs": .gcs, "client": .client, "dashboard": .dashboard, "metrics": .metricsExport,
    "dashboard-agent": .dashboardAgentListen,
  ]

  /// The component that has this number on a head if nobody moves it.
  private var numberedComponent: RayComponent? {
    RayComponent.allCases.first { $0.hasDefault && $0.usualPort == number }
  }

  /// What the port speaks, if name and number leave no doubt.
  ///
  /// - Parameter moved: the components that are not at their usual numbers, as ports are named after them elsewhere.
  public func appProtocol(moved: Set<RayComponent>) -> AppProtocol? {
    let named = namedComponent?.appProtocol ?? AppProtocol(portName: name)
    let numbered = numberedComponent.flatMap { moved.contains($0) ? nil : $0.appProtocol }
    switch (named, numbered) {
    case (let named?, let numbered?): return named == numbered ? named : nil
    case (let said?, nil), (nil, let said?): return said
    case (nil, nil): return number.flatMap { AppProtocol(unnamed: $0, name: name) }
    }
  }
}
