import Domain
import Store
import TestSupport
import Testing

@Suite(.databases)
struct DurabilityTests {
    @Test("64 callers at once lose nothing and share one order", arguments: StoreKind.allCases)
    func concurrency(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let results = try await withThrowingTaskGroup(of: [IntakeResult].self) { group in
                for caller in 0..<64 {
                    group.addTask {
                        var results: [IntakeResult] = []
                        for step in 0..<10 {
                            results.append(
                                try await fixture.append(.row(caller, at: 2000 + Int64(step), name: "\(step)"))
                            )
                            // One that fails takes none of its neighbours with it.
                            var stranger = fixture.batch([.row(caller, at: 3000)])
                            stranger.instanceID = 99
                            await #expect(throws: StoreError.self) { _ = try await fixture.store.append(stranger) }
                        }
                        return results
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(results.count == 640)
            #expect(Set(results.compactMap(\.lastSequence)) == Set(1...640))
            #expect(results.map(\.ready.count).reduce(0, +) == 64)
            #expect(try await fixture.store.counts(.init()).total == 640)
            #expect(try await fixture.store.events(PageRequest(limit: 1000)).count == 640)
        }
    }

    @Test("What was acknowledged is there after a crash", arguments: StoreKind.allCases)
    func crash(kind: StoreKind) async throws {
        try await kind.run { fixture in
            for number in 1...30 { try await fixture.append(.row(number, at: 2000)) }
            try await fixture.attempt(3, .delivered)
            try await kind.afterCrash(of: fixture) { revived in
                #expect(try await revived.counts(.init()).total == 30)
                #expect(try await revived.counts(.init()).byState[.delivered] == 1)
                #expect(try await revived.instances().count == 1)
                let again = try await revived.append(fixture.batch([.row(5, at: 2000), .row(31, at: 2000)]))
                #expect(again.repeats == 1)
                #expect(again.lastSequence == 31)
            }
        }
    }

    @Test("A closed store refuses work in a sentence", arguments: StoreKind.allCases)
    func closed(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            try await store.close()
            await #expect(throws: StoreError(.other, "The store is closed.")) {
                _ = try await store.createInstance { .sample($0) }
            }
            try await kind.open(directory).close()
        }
    }
}
