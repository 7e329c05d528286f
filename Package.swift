// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of Raymesh is compiled with; dependencies keep their own settings.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The git revision that `make build` builds from. `Context.gitInformation` would be kept in the cache of manifests, and so
/// name a revision long gone; the environment is part of that cache's key.
let revision =
  Context.environment["RAYMESH_REVISION"].map { text in
    text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } ? text : ""
  } ?? ""

let package = Package(
  name: "raymesh",
  products: [
    .executable(name: "raymesh", targets: ["RaymeshCommand"]),
    // For the fuzzer and others that are packages of their own.
    .library(name: "Admission", targets: ["Admission"]),
    .library(name: "Controller", targets: ["Controller"]),
    .library(name: "HTTP", targets: ["HTTP"]),
    .library(name: "JSON", targets: ["JSON"]),
    .library(name: "Kubernetes", targets: ["Kubernetes"]),
    .library(name: "Manifests", targets: ["Manifests"]),
    .library(name: "RayPlan", targets: ["RayPlan"]),
    .library(name: "Transport", targets: ["Transport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "RaymeshCommand",
      dependencies: [
        "Admission", "Certificates", "CLinux", "Controller", "CRevision", "Dates", "Doctor", "Explain", "HTTP", "JSON",
        "Kubernetes", "Limits",
        "Manifests", "RayPlan", "Telemetry", "TLS", "Transport", "Webhook",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Webhook",
      dependencies: [
        "Admission", "HTTP", "JSON", "Limits", "Names", "RayPlan", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Doctor",
      dependencies: [
        "Admission", "Controller", "Dates", "Explain", "JSON", "Kubernetes", "Names", "RayPlan", "TLS", "Transport",
      ],
      swiftSettings: settings),
    .target(
      name: "Controller",
      dependencies: [
        "HTTP", "JSON", "Kubernetes", "Limits", "Names", "RayPlan", "TLS", "Transport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Certificates",
      dependencies: [
        "JSON", "Kubernetes", "Names", "TLS", "Transport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Kubernetes",
      dependencies: [
        "Dates", "HTTP", "JSON", "Limits", "Names", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Telemetry",
      dependencies: [
        "Dates", "JSON", "Limits",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "HTTP",
      dependencies: [
        "CNGHTTP2", "Dates", "Limits", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(name: "Transport", dependencies: ["CLinux", "Limits", "TLS"], swiftSettings: settings),
    .target(name: "TLS", dependencies: ["COpenSSL", "Dates"], swiftSettings: settings),
    .target(
      name: "Manifests", dependencies: ["Admission", "CYAML", "Explain", "JSON", "Names", "RayPlan"],
      swiftSettings: settings),
    .target(name: "Explain", dependencies: ["Admission", "JSON", "RayPlan"], swiftSettings: settings),
    .target(name: "Admission", dependencies: ["JSON", "Limits", "Names", "RayPlan"], swiftSettings: settings),
    .target(name: "RayPlan", dependencies: ["COpenSSL", "JSON", "Limits", "Names"], swiftSettings: settings),
    .target(name: "JSON", dependencies: ["CSimdJSON", "Limits"], swiftSettings: settings),
    .target(name: "Dates", swiftSettings: settings),
    .target(name: "Limits", dependencies: ["Names"], swiftSettings: settings),
    .target(name: "Names", swiftSettings: settings),

    .target(
      name: "TestSupport",
      dependencies: [
        "CNGHTTP2", "HTTP", "JSON", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "DatesTests", dependencies: ["Dates"], swiftSettings: settings),
    .testTarget(name: "LimitsTests", dependencies: ["Limits"], swiftSettings: settings),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "RayPlanTests", dependencies: ["Admission", "Explain", "JSON", "RayPlan", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "ExplainTests", dependencies: ["Explain"], swiftSettings: settings),
    .testTarget(
      name: "ManifestsTests", dependencies: ["Admission", "Explain", "JSON", "Manifests", "RayPlan", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TLSTests", dependencies: ["Certificates", "TLS", "Transport", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "TransportTests", dependencies: ["CLinux", "Limits", "TLS", "Transport", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "Dates", "HTTP", "TLS", "Transport", "TestSupport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "TelemetryTests",
      dependencies: [
        "Telemetry", "JSON", "Limits", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "WebhookTests",
      dependencies: [
        "Admission", "HTTP", "JSON", "RayPlan", "Telemetry", "TestSupport", "TLS", "Transport", "Webhook",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "KubernetesTests",
      dependencies: [
        "HTTP", "JSON", "Kubernetes", "Manifests", "TestSupport", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ControllerTests",
      dependencies: [
        "Controller", "HTTP", "JSON", "Kubernetes", "RayPlan", "Telemetry", "TestSupport", "TLS", "Transport",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DoctorTests",
      dependencies: [
        "Admission", "Controller", "Dates", "Doctor", "Explain", "JSON", "Kubernetes", "Manifests", "RayPlan",
        "TestSupport",
        "TLS", "Transport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CertificatesTests",
      dependencies: [
        "Certificates", "HTTP", "JSON", "Kubernetes", "TestSupport", "TLS", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Admission", "RaymeshCommand", "HTTP", "JSON", "Limits", "Manifests", "TestSupport", "TLS", "Transport",
      ],
      swiftSettings: settings),

    .target(name: "CRevision", cSettings: [.define("RAYMESH_REVISION", to: "\"\(revision)\"")]),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  ],
  cxxLanguageStandard: .cxx17
)

// The sanitizers build just the tests that they run, which `RAYMESH_TESTS` names, and the targets that those need.
if let tests = Context.environment["RAYMESH_TESTS"] {
  var unseen = tests.split(separator: " ").map(String.init)
  var needed: Set<String> = []
  while let name = unseen.popLast() {
    for target in package.targets where target.name == name && needed.insert(name).inserted {
      for case .byNameItem(let dependency, _) in target.dependencies { unseen.append(dependency) }
    }
  }
  precondition(needed.isSuperset(of: tests.split(separator: " ").map(String.init)), "no such tests: \(tests)")
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
}
