#if PostgreSQL
import Domain
import EngineTestSupport
import Foundation
import Glibc
import Primitives
import Store
import TestSupport
import Testing

@testable import StorePostgres

/// A node that goes on in the data directory of one that ended without a word.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct FormerNodeTests {
    /// A node with an instance that gives no sign of life for half an hour, and whose time is not over before.
    private func run(_ body: (Fixture, PostgresStore, PostgresDatabase) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let first = try await place.opened(name: "first", isExclusive: false)
            let instance = try await first.createInstance { .sample($0) }
            try await body(Fixture(store: first, instance: instance, directory: directory + "/data"), first, place)
            try await first.close()
        }
    }

    /// What the first one leaves behind when it is killed.
    private func leave(_ first: PostgresStore, later: Int64 = 0, in directory: String) async throws {
        let fence = first.lease.fence
        let known = try await first.keeper.run(patience: 0) { connection in try FormerNode(fence, at: connection) }
        let former = try #require(known)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        #expect(FormerNode(fence: fence, started: former.started + later).save(in: directory))
    }

    @Test func `it has what that one held at once, though its time is not over`() async throws {
        try await run { fixture, first, place in
            try await leave(first, in: fixture.directory)
            let next = try await place.opened(name: "next", isExclusive: false, directory: fixture.directory)
            let sharing = try #require(next.sharing)
            #expect(sharing.isHeld(fixture.instance.id))
            #expect(sharing.nodes.map(\.name) == ["next"])
            #expect(FormerNode(in: fixture.directory)?.fence == next.lease.fence)
            let error = await #expect(throws: StoreError.self) { try await fixture.append(.row(1, at: 2000)) }
            #expect(error?.kind == .held)
            try await next.close()
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `what root leaves behind belongs to the owner of the data directory`() throws {
        let directory = try ScratchDirectory()
        try #require(unsafe chown(directory.path, 65_534, 65_534) == 0)
        #expect(FormerNode(fence: 1, started: 2).save(in: directory.path))
        let about = try FileManager.default.attributesOfItem(atPath: directory.path + "/node")
        #expect(about[.ownerAccountID] as? Int == 65_534 && FormerNode(in: directory.path)?.fence == 1)
    }

    @Test func `it waits for nobody where it wants the database alone`() async throws {
        try await run { fixture, first, place in
            try await leave(first, in: fixture.directory)
            let next = try await place.opened(name: "next", directory: fixture.directory)
            #expect(try await next.instances().count == 1)
            try await next.close()
        }
    }

    @Test func `a copy of a data directory takes nothing from the node that it was copied from`() async throws {
        try await run { fixture, first, place in
            let original = fixture.directory + "-original"
            try await leave(first, in: original)
            try FileManager.default.createDirectory(atPath: fixture.directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: original + "/node", toPath: fixture.directory + "/node")
            #expect(FormerNode(in: original) != nil)
            let next = try await place.opened(name: "next", isExclusive: false, directory: fixture.directory)
            let sharing = try #require(next.sharing)
            #expect(!sharing.isHeld(fixture.instance.id))
            try await fixture.append(.row(1, at: 2000))
            try await next.close()
        }
    }

    @Test func `the node of another database that had the same number is left alone`() async throws {
        try await run { fixture, first, place in
            try await leave(first, later: 1, in: fixture.directory)
            let next = try await place.opened(name: "next", isExclusive: false, directory: fixture.directory)
            let sharing = try #require(next.sharing)
            #expect(!sharing.isHeld(fixture.instance.id))
            #expect(sharing.nodes.map(\.name) == ["first", "next"])
            try await fixture.append(.row(1, at: 2000))
            try await next.close()
        }
    }
}
#endif
