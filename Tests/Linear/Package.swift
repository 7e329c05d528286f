// swift-tools-version: 6.2

import PackageDescription

/// A package of its own, as it needs Valgrind's header. `run` says how it is built and run.
let package = Package(
  name: "linear",
  dependencies: [.package(name: "raymesh", path: "../..")],
  targets: [
    .executableTarget(
      name: "linear",
      dependencies: [
        "CCallgrind", "CSimdJSONAlone", .product(name: "Admission", package: "raymesh"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(name: "CCallgrind"),
    .target(name: "CSimdJSONAlone", linkerSettings: [.linkedLibrary("simdjson")]),
  ],
  cxxLanguageStandard: .cxx17
)
