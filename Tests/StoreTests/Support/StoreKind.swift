import Domain
import EngineTestSupport
import Foundation
import Logging
import Primitives
import Store
import TestSupport
import Testing

#if PostgreSQL
import StorePostgres
#endif

/// The stores under contract. All that stands in `Contract` runs against each: a second store adds a case here, says how it
/// is opened, and is held to it.
enum StoreKind: Sendable, CaseIterable {
    case sqlite
    case memory
    #if PostgreSQL
    case postgres
    #endif

    /// Those that are tested in this run.
    static var allCases: [StoreKind] {
        #if PostgreSQL
        if PostgresCluster.isUsed { return [.sqlite, .memory, .postgres] }
        #endif
        return [.sqlite, .memory]
    }

    /// Opens the store of a place, or makes it.
    func open(_ directory: String) async throws -> any EventStore {
        switch self {
        case .sqlite: try SQLiteStore(directory: directory, logger: .quiet)
        case .memory: MemoryStore(disk: Self.disk(directory))
        #if PostgreSQL
        case .postgres: try await PostgresDatabase.of(directory).opened()
        #endif
        }
    }

    /// Opens what a process that was killed now would leave: nothing closed, nothing folded back.
    func afterCrash(of fixture: Fixture, _ body: (any EventStore) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let copy = scratch.path + "/copy"
            try FileManager.default.copyItem(atPath: fixture.directory, toPath: copy)
            let revived = try await open(copy)
            try await body(revived)
            try await revived.close()
        case .memory: try await body(MemoryStore(disk: MemoryStore.Disk(copying: Self.disk(fixture.directory))))
        #if PostgreSQL
        // Another node takes the database over, as if the first one's time were over.
        case .postgres:
            let place = try await PostgresDatabase.of(fixture.directory)
            let revived = try await place.opened(times: NodeTimes(lasts: 0, trusts: 600_000))
            try await body(revived)
            try await revived.close()
        #endif
        }
    }

    private static let disks = Locked<[String: MemoryStore.Disk]>([:])

    private static func disk(_ directory: String) -> MemoryStore.Disk {
        disks.withLock { disks in
            let disk = disks[directory] ?? MemoryStore.Disk()
            disks[directory] = disk
            return disk
        }
    }

    /// A fresh store with one instance, taken away afterwards.
    func run(_ body: (Fixture) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try await open(directory)
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
