// swift-tools-version: 6.2

import PackageDescription

/// A package of its own, so that nobody who builds Raymesh builds a fuzzer. `run` says how it is built and run.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "raymesh", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CFuzzer", .product(name: "Controller", package: "raymesh"), .product(name: "HTTP", package: "raymesh"),
        .product(name: "JSON", package: "raymesh"), .product(name: "Kubernetes", package: "raymesh"),
        .product(name: "Admission", package: "raymesh"), .product(name: "Manifests", package: "raymesh"),
        .product(name: "RayPlan", package: "raymesh"),
        .product(name: "Transport", package: "raymesh"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(name: "CFuzzer"),
  ]
)
