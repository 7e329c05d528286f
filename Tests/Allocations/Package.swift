// swift-tools-version: 6.2

import PackageDescription

/// A package of its own, as it puts itself before the C library's `malloc`. `run` says how it is built and run.
let package = Package(
  name: "allocations",
  dependencies: [.package(name: "raymesh", path: "../..")],
  targets: [
    .executableTarget(
      name: "allocations", dependencies: ["CMallocCount", .product(name: "Admission", package: "raymesh")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(name: "CMallocCount"),
  ]
)
