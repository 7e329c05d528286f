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
    .executable(name: "raymesh", targets: ["raymesh"]),
    // For the fuzzer and others that are packages of their own.
    .library(name: "Controller", targets: ["Controller"]),
    .library(name: "HTTP", targets: ["HTTP"]),
    .library(name: "JSON", targets: ["JSON"]),
    .library(name: "Kubernetes", targets: ["Kubernetes"]),
    .library(name: "Manifests", targets: ["Manifests"]),
    .library(name: "RayMesh", targets: ["RayMesh"]),
    .library(name: "Transport", targets: ["Transport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "raymesh",
      dependencies: [
        "Authority", "CLinux", "Controller", "CRevision", "Doctor", "HTTP", "JSON", "Kubernetes", "Limits",
        "Manifests", "RayMesh", "Tables", "Telemetry", "Transport", "Webhook",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .target(
      name: "Webhook",
      dependencies: [
        "HTTP", "JSON", "Limits", "RayMesh", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Doctor",
      dependencies: ["Controller", "JSON", "Kubernetes", "RayMesh", "Tables", "Transport"],
      swiftSettings: settings),
    .target(
      name: "Controller",
      dependencies: [
        "HTTP", "JSON", "Kubernetes", "Limits", "RayMesh", "Transport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Authority",
      dependencies: [
        "JSON", "Kubernetes", "Limits", "Transport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Kubernetes",
      dependencies: [
        "HTTP", "JSON", "Limits", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "Telemetry",
      dependencies: [
        "JSON", "Limits",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(
      name: "HTTP",
      dependencies: [
        "CNGHTTP2", "Limits", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
    .target(name: "Transport", dependencies: ["COpenSSL", "CLinux", "Limits"], swiftSettings: settings),
    .target(
      name: "Manifests", dependencies: ["CYAML", "JSON", "Limits", "RayMesh", "Tables"], swiftSettings: settings),
    .target(name: "Tables", swiftSettings: settings),
    .target(name: "RayMesh", dependencies: ["COpenSSL", "JSON", "Limits"], swiftSettings: settings),
    .target(name: "JSON", dependencies: ["CSimdJSON", "Limits"], swiftSettings: settings),
    .target(name: "Limits", swiftSettings: settings),

    .target(
      name: "TestSupport",
      dependencies: [
        "CNGHTTP2", "HTTP", "JSON", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "LimitsTests", dependencies: ["Limits"], swiftSettings: settings),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "RayMeshTests", dependencies: ["JSON", "RayMesh", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "TablesTests", dependencies: ["Tables"], swiftSettings: settings),
    .testTarget(
      name: "ManifestsTests", dependencies: ["JSON", "Manifests", "RayMesh", "Tables", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TransportTests", dependencies: ["CLinux", "Limits", "Transport", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "HTTP", "Transport", "TestSupport",
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
        "HTTP", "JSON", "RayMesh", "Telemetry", "TestSupport", "Transport", "Webhook",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "KubernetesTests",
      dependencies: [
        "HTTP", "JSON", "Kubernetes", "Manifests", "TestSupport", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ControllerTests",
      dependencies: [
        "Controller", "HTTP", "JSON", "Kubernetes", "RayMesh", "Telemetry", "TestSupport", "Transport",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DoctorTests",
      dependencies: [
        "Controller", "Doctor", "JSON", "Kubernetes", "Manifests", "RayMesh", "Tables", "TestSupport", "Transport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "AuthorityTests",
      dependencies: [
        "Authority", "HTTP", "JSON", "Kubernetes", "TestSupport", "Transport",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: ["raymesh", "HTTP", "JSON", "Limits", "Manifests", "TestSupport", "Transport"],
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
