// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
/// Everywhere but in the modules that wrap C.
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

// libgit2, libyaml and cmark-gfm are linked statically: sixteen shared libraries cost several
// milliseconds at every start, and the post-commit hook starts this program at every commit.
let staticLibraries: [LinkerSetting] = [
  "git2", "mbedtls", "mbedx509", "mbedcrypto", "http_parser", "ssh2", "crypto", "pcre2-8", "z",
].map { .linkedLibrary(":lib\($0).a", .when(platforms: [.linux])) }

let package = Package(
  name: "bpsai-pair",
  products: [.executable(name: "bpsai-pair", targets: ["bpsai-pair"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CLibgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CCMark", providers: [.apt(["libcmark-gfm-dev"])]),
    .target(name: "CHost"),
    .target(name: "COffline"),
    .target(name: "PairCore", swiftSettings: memorySafe),
    .target(name: "Host", dependencies: ["PairCore", "CHost"], swiftSettings: strict),
    .target(
      name: "Git",
      dependencies: [
        "PairCore", "Host", "CLibgit2", "COffline",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict,
      linkerSettings: staticLibraries + [
        .unsafeFlags(
          ["-Xlinker", "--wrap=mbedtls_x509_crt_parse_file", "-Xlinker", "--wrap=inflate"],
          .when(platforms: [.linux]))
      ]),
    .target(
      name: "TaskFiles", dependencies: ["PairCore", "Host", "Git", "CYAML", "CCMark"],
      swiftSettings: strict,
      linkerSettings: ["yaml", "cmark-gfm"].map {
        .linkedLibrary(":lib\($0).a", .when(platforms: [.linux]))
      }),
    .target(name: "Ledger", dependencies: ["PairCore", "Host", "Git"], swiftSettings: memorySafe),
    .target(
      name: "AgentRuns",
      dependencies: [
        "PairCore", "Host", "Git",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: memorySafe),
    .target(name: "Review", dependencies: ["PairCore", "Git"], swiftSettings: memorySafe),
    .target(
      name: "Pipeline",
      dependencies: ["PairCore", "Host", "Git", "TaskFiles", "Ledger", "AgentRuns", "Review"],
      resources: ["plan", "review", "auto-edit", "auto", "full-auto"].map {
        .embedInCode("Prompts/\($0).md")
      },
      swiftSettings: memorySafe),
    .executableTarget(
      name: "bpsai-pair",
      dependencies: [
        "PairCore", "Host", "Git", "TaskFiles", "Review", "Pipeline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: ["capabilities.yaml", "config.yaml", "post-commit", "post-receive"].map {
        .embedInCode("Templates/\($0)")
      },
      swiftSettings: memorySafe),
    // Not part of the program: `make fuzz`.
    .executableTarget(
      name: "FuzzTaskFiles", dependencies: ["PairCore", "Host", "TaskFiles"],
      path: "Benchmarks/FuzzTaskFiles", swiftSettings: memorySafe),
    // Not part of the program: `make bench`.
    .executableTarget(
      name: "RouteTasks", dependencies: ["PairCore", "Host", "Git", "TaskFiles"],
      path: "Benchmarks/RouteTasks", swiftSettings: memorySafe),
    .executableTarget(
      name: "AppendEvents", dependencies: ["PairCore", "Git", "Ledger"], path: "Benchmarks/AppendEvents",
      swiftSettings: memorySafe),
    .executableTarget(
      name: "EncloseWorktree", dependencies: ["PairCore", "Git", "AgentRuns"],
      path: "Benchmarks/EncloseWorktree",
      swiftSettings: memorySafe),
    .target(
      name: "TestSupport", dependencies: ["PairCore"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(name: "PairCoreTests", dependencies: ["PairCore", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "HostTests", dependencies: ["Host", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TaskFilesTests", dependencies: ["TaskFiles", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AgentRunsTests", dependencies: ["AgentRuns", "TestSupport", "bpsai-pair"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(name: "ReviewTests", dependencies: ["Review", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "PipelineTests", dependencies: ["Pipeline", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["bpsai-pair", "Host", "PairCore", "TestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: strict),
  ]
)
