import Domain
import Foundation
import Logging
import Store
import Testing

/// The implementations that are held to the protocol; the contract's tests run against each.
enum StoreKind: Sendable, CaseIterable {
    case sqlite

    func open(_ directory: String) throws -> any EventStore {
        switch self {
        case .sqlite: try SQLiteStore(directory: directory, logger: .quiet)
        }
    }

    /// A fresh store with one instance, taken away afterwards.
    func run(_ body: (Fixture) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try open(directory)
            let instance = try await store.createInstance { .sample($0) }
            try await body(Fixture(store: store, instance: instance, directory: directory))
            try await store.close()
        }
    }
}

/// A store, its one instance, and where it keeps its files.
struct Fixture {
    let store: any EventStore
    let instance: Instance
    let directory: String
    /// As whom the test claims and records.
    let owner = ClaimOwner(node: "test")
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A directory of its own for the body.
func withScratchDirectory(_ body: (String) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "store-tests-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(path)
}
