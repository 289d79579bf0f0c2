// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLSEvents: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
// Only with the trait; the files of `StorePostgres` are empty without it.
let cPostgres: Target.Dependency = .target(name: "CPostgres", condition: .when(traits: ["PostgreSQL"]))
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "signalbox",
    products: [
        .executable(name: "signalbox", targets: ["signalbox"]),
        .executable(name: "signalbox-bench", targets: ["signalbox-bench"]),
    ],
    traits: [
        .default(enabledTraits: ["PostgreSQL"]),
        .trait(name: "PostgreSQL", description: "PostgreSQL as the store, through libpq."),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Beneath AsyncHTTPClient anyway; named for the tests, which serve TLS.
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // Beneath Hummingbird and AsyncHTTPClient anyway.
        .package(url: "https://github.com/apple/swift-distributed-tracing", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // The terminal: only `Terminal` sees ncurses.
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .target(name: "CTerminal"),
        .target(name: "CWidth"),
        .target(name: "Drawing", dependencies: ["Primitives", "CWidth"], swiftSettings: strict),
        .target(
            name: "Themes",
            dependencies: ["Drawing", yams],
            resources: [.embedInCode("themes")],
            swiftSettings: strict
        ),
        .target(
            name: "Terminal",
            dependencies: ["Primitives", "Drawing", "CNcurses", "CTerminal"],
            swiftSettings: strict
        ),
        .target(
            name: "Interface",
            dependencies: ["Primitives", "Domain", "EngineAPI", "Drawing", "Themes"],
            swiftSettings: strict
        ),

        // The engine.
        .target(name: "Primitives", swiftSettings: strict),
        .target(name: "Domain", dependencies: ["Primitives", crypto], swiftSettings: strict),
        .target(name: "EngineAPI", dependencies: ["Primitives", "Domain"], swiftSettings: strict),
        .target(
            name: "Salesforce",
            dependencies: [
                "Primitives", "Domain", asyncHTTPClient, nio, nioHTTP1, nioPosix, nioTLS, httpTypes, crypto,
                cryptoExtras, logging,
            ],
            swiftSettings: strict
        ),
        .target(name: "Telemetry", dependencies: ["Primitives", metrics, tracing], swiftSettings: strict),
        .target(
            name: "Callbacks",
            dependencies: ["Primitives", nio, nioHTTP1, nioPosix, nioTLS, nioTLSEvents],
            swiftSettings: strict
        ),
        .target(
            name: "Store",
            dependencies: [
                "Primitives", "Domain", crypto, logging, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "StorePostgres",
            dependencies: ["Primitives", "Domain", "Store", logging, cPostgres],
            swiftSettings: strict
        ),
        .target(
            name: "Engine",
            dependencies: [
                "Primitives", "Domain", "EngineAPI", "Telemetry", "Callbacks", "Salesforce", "Store", nio, nioHTTP1,
                httpTypes, crypto, metrics, tracing, logging, serviceLifecycle, collections,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "Primitives", "Domain", "EngineAPI", "Telemetry", hummingbird, metrics, tracing, collections, nio,
                nioHTTP1, nioPosix, nioTLS, httpTypes, crypto, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "RemoteEngine",
            dependencies: ["Primitives", "Domain", "EngineAPI", asyncHTTPClient, nio, nioHTTP1],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "SimulatedOrg",
            dependencies: [
                "CZlib", "Primitives", hummingbird, nio, httpTypes, crypto, cryptoExtras, logging, asyncHTTPClient,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),

        // The programs.
        .executableTarget(
            name: "signalbox",
            dependencies: [
                "Primitives", "Domain", "EngineAPI", "Telemetry", "Callbacks", "Salesforce", "Store", "StorePostgres",
                "Engine", "RemoteEngine", "Gateway", "Interface", "Drawing", "Terminal", "Themes", "SimulatedOrg",
                hummingbird, asyncHTTPClient, nio, nioHTTP1, nioPosix, nioTLS, httpTypes, logging, tracing,
                serviceLifecycle, yams, crypto, .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // Tests and benchmarks start programs, and run PostgreSQL of their own.
        .target(name: "CSpawning"),
        .target(name: "Spawning", dependencies: ["Primitives", "CSpawning"], swiftSettings: strict),
        .target(name: "PostgresServer", dependencies: ["Spawning"], swiftSettings: strict),
        .executableTarget(
            name: "signalbox-bench",
            dependencies: [
                "Primitives", "Domain", "EngineAPI", "Store", "Engine", "Gateway", "Interface", "Drawing", "Terminal",
                "Themes", "Salesforce", "SimulatedOrg", "Callbacks", "RemoteEngine", "StorePostgres", "PostgresServer",
                "Spawning", hummingbird, asyncHTTPClient, nio, nioHTTP1, nioPosix, httpTypes, logging, crypto,
                serviceLifecycle, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Benchmarks",
            swiftSettings: strict
        ),

        // The tests.
        .target(
            name: "TestSupport",
            dependencies: ["Primitives", "Domain", "Drawing", "Spawning", logging],
            swiftSettings: strict
        ),
        .target(
            name: "EngineTestSupport",
            dependencies: [
                "TestSupport", "Primitives", "Domain", "Salesforce", "Store", "StorePostgres", "PostgresServer",
                "SimulatedOrg", hummingbird, nio, nioPosix, nioTLS, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives", "Domain"], swiftSettings: strict),
        .testTarget(
            name: "EngineAPITests",
            dependencies: ["EngineAPI", "Primitives", "Domain"],
            swiftSettings: strict
        ),
        .testTarget(name: "DomainTests", dependencies: ["Primitives", "Domain", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DrawingTests",
            dependencies: ["Primitives", "Drawing", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "ThemesTests", dependencies: ["Themes", "Drawing", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "InterfaceTests",
            dependencies: ["Interface", "Primitives", "Domain", "EngineAPI", "Drawing", "Themes", "TestSupport"],
            exclude: ["Screens"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal", "Primitives", "Drawing", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SalesforceTests",
            dependencies: [
                "Salesforce", "Primitives", "Domain", "EngineAPI", "SimulatedOrg", "TestSupport", "EngineTestSupport",
                asyncHTTPClient, nio, nioPosix, nioTLS, logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CallbacksTests",
            dependencies: [
                "Callbacks", "Primitives", "TestSupport", "EngineTestSupport", nio, nioHTTP1, nioTLS,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Store", "StorePostgres", "Primitives", "Domain", "EngineAPI", "TestSupport", "EngineTestSupport",
                logging, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Callbacks", "Engine", "RemoteEngine", "Gateway", "Store", "Salesforce", "Primitives", "Domain",
                "EngineAPI", "Telemetry", "SimulatedOrg", "TestSupport", "EngineTestSupport", tracing, hummingbird,
                asyncHTTPClient, nio, nioHTTP1, nioPosix, httpTypes, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RemoteEngineTests",
            dependencies: [
                "RemoteEngine", "Primitives", "Domain", "EngineAPI", "TestSupport", "EngineTestSupport", hummingbird,
                asyncHTTPClient, nio, httpTypes, logging, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Engine", "Store", "Salesforce", "Primitives", "Domain", "EngineAPI", "Telemetry",
                "SimulatedOrg", "TestSupport", "EngineTestSupport", hummingbird, httpTypes, nio, asyncHTTPClient,
                logging, tracing, .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SimulatedOrgTests",
            dependencies: [
                "Primitives", "SimulatedOrg", "TestSupport", "EngineTestSupport", asyncHTTPClient, nio, nioHTTP1,
                logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "signalbox", "Callbacks", "Primitives", "Domain", "EngineAPI", "Engine", "RemoteEngine", "Interface",
                "Drawing", "Salesforce", "Terminal", "Telemetry", "Store", "Gateway", "TestSupport",
                "EngineTestSupport", nioTLS, logging, tracing, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Primitives", "Domain", "SimulatedOrg", "PostgresServer", "TestSupport", "EngineTestSupport",
                hummingbird, asyncHTTPClient, nio, nioPosix, nioTLS, httpTypes, logging, crypto,
            ],
            swiftSettings: strict
        ),
    ]
)
