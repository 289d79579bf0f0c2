import Domain
import GRDB
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct AuditTests {
    private func entry(_ number: Int64) -> AuditEntry {
        AuditEntry(
            at: Timestamp(seconds: 8000 + number),
            actor: "terminal ada",
            action: AuditEntry.Action.allCases[Int(number) % AuditEntry.Action.allCases.count],
            instance: number % 2 == 0 ? nil : number,
            subject: "subject \(number)",
            failure: number % 3 == 0 ? "It failed." : nil
        )
    }

    @Test(arguments: StoreKind.allCases)
    func `entries come back newest first, page by page, also after a reopening`(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            var store = try await kind.open(directory)
            for number: Int64 in 1...25 { try await store.appendAudit(entry(number)) }
            try await store.close()
            store = try await kind.open(directory)
            try await store.appendAudit(entry(26))
            var found: [AuditEntry] = []
            while true {
                let page = try await store.auditEntries(before: found.last?.id, limit: 10)
                found += page
                if page.count < 10 { break }
            }
            var expected = (1...26).reversed().map { entry(Int64($0)) }
            for index in expected.indices { expected[index].id = Int64(26 - index) }
            #expect(found == expected)
            try await store.close()
        }
    }

    @Test(arguments: ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
    func `the database itself changes and removes none`(_ statement: String) async throws {
        try await withScratchDirectory { directory in
            let store = try await StoreKind.sqlite.open(directory)
            try await store.appendAudit(entry(1))
            try await store.close()
            let queue = try DatabaseQueue(path: directory + "/signalbox.sqlite")
            #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: statement) } }
            try queue.close()
        }
    }
}
