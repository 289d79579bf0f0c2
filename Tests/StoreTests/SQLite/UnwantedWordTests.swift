import Domain
import Primitives
import TestSupport
import Testing

@testable import Store

/// Where no word is wanted, there has to be something else to take the unwanted ones from.
struct UnwantedWordTests {
    private func filter(_ text: String, _ instances: Set<InstanceID>) throws -> EventFilter {
        var filter = try EventFilter(parsing: text, now: Timestamp(seconds: 9000))
        filter.instanceIDs = instances
        return filter.indexed()
    }

    /// What is asked for, where there are events of these instances.
    private func query(_ text: String, _ asked: Set<InstanceID>, of instances: Set<InstanceID>) throws -> WordQuery {
        let counted = instances.sorted().map { instance in
            CountedFacet(
                facet: Facet(instance: instance, object: 1, change: .created, state: .delivered),
                objectName: "Account",
                events: 5
            )
        }
        let plan = WordPlan(try filter(text, asked), Facets(all: counted, replayed: []), .standard)
        return try #require(plan).query
    }

    /// The same as FTS5 reads it.
    private func matchText(_ text: String, _ asked: Set<InstanceID>, of instances: Set<InstanceID>) throws -> String {
        try query(text, asked, of: instances).matchText
    }

    @Test func `the only instance stands for all events`() throws {
        let texts = try [
            matchText("-gmbh", [1], of: [1]), matchText("-gmbh", [1, 2], of: [1, 2]),
            matchText("-gmbh", [1], of: [1, 2]), matchText("acme -gmbh", [1], of: [1]),
            matchText("-gmbh object:Account", [1], of: [1]),
        ]
        let unwanted = "((\"gmbh\"))"
        #expect(
            texts == [
                "((\"_i1\")) NOT (\(unwanted))", "((\"_c0\" OR \"_c1\" OR \"_c2\")) NOT (\(unwanted))",
                "((\"_i1\")) NOT (\(unwanted))", "(((\"acme\"))) NOT (\(unwanted))", "((\"_o1\")) NOT (\(unwanted))",
            ]
        )
    }

    private static let sole: [(text: String, words: [String])] = [
        ("-gmbh", ["gmbh"]), ("-gmbh -berlin", ["berlin", "gmbh"]), ("-(gmbh | berlin)", ["berlin", "gmbh"]),
        ("-gmbh object:Account", ["gmbh"]), ("-gmbh object:Account change:created", []), ("acme -gmbh", []),
        ("-gm*", []), ("-gm* -berlin", []), ("-name:gmbh -berlin", []), ("-\"new york\" -berlin", []),
        ("-(gmbh berlin)", []),
    ]

    @Test func `runs of words are passed over where nothing else is asked of words`() throws {
        for (text, words) in Self.sole {
            let query = try query(text, [1], of: [1])
            #expect(query.soleUnwanted.sorted() == words, "\(text)")
        }
    }

    @Test func `all events but those with the word are found, of one instance and of two`() async throws {
        try await StoreKind.sqlite.run { fixture in
            let store = try #require(fixture.store as? SQLiteStore)
            let second = try await store.createInstance { .sample($0) }
            for instance in [fixture.instance.id, second.id] {
                let rows = (1...20).map { Observation.row($0, at: 2000, name: $0 % 4 == 0 ? "Acme" : "Blue") }
                var batch = fixture.batch(rows, hasCallback: false)
                batch.instanceID = instance
                _ = try await store.append(batch)
                while try await store.indexWords(leaving: 1).rest > 0 {}
                let wanted = (1...20 as ClosedRange<Int64>).reversed().filter { $0 % 4 != 0 }
                let page = PageRequest(limit: 50, filter: try filter("-acme", [fixture.instance.id]))
                let found = try await store.look { db in try EventScan.page(page, SQLiteEventIndex(db: db)) }
                #expect(found == wanted)
            }
        }
    }
}
