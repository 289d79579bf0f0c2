import Domain
import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct InstanceTests {
    @Test("An instance comes back whole after a restart", arguments: StoreKind.allCases)
    func restart(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let first = try await kind.open(directory)
            var instance = try await first.createInstance { .sample($0) }
            #expect(instance.id == 1)
            _ = try await first.createInstance { .sample($0) }
            instance.isDisabled = true
            instance.tags = []
            instance.connection?.accessToken = "rotated"
            instance.configuration.batchSize = 7
            var apex = DeployedApex()
            apex.objects = ["Account"]
            apex.underWay = ["Lead"]
            apex.receiverURL = "https://hooks.example/"
            apex.deployedAt = Timestamp(seconds: 1_800_000_000)
            apex.problem = "The org says no."
            instance.apex = apex
            try await first.updateInstance(instance)
            try await first.deleteInstance(2)
            try await first.close()
            let second = try await kind.open(directory)
            #expect(try await second.instances() == [instance])
            #expect(try await second.instance(1) == instance)
            #expect(try await second.instance(elementToken: "element-hush-1") == instance)
            #expect(try await second.createInstance { .sample($0) }.id == 3)
            try await second.close()
        }
    }

    @Test("Nobody is found by an unknown or empty token", arguments: StoreKind.allCases)
    func tokens(kind: StoreKind) async throws {
        try await kind.run { fixture in
            for token in ["", "element-hush-2", "element-hush-1 "] {
                let found = try await fixture.store.instance(elementToken: token)
                #expect(found == nil, "\(token)")
            }
            await #expect(throws: StoreError.self) { try await fixture.store.updateInstance(.sample(5)) }
            await #expect(throws: StoreError.self) { try await fixture.store.deleteInstance(5) }
        }
    }
}
