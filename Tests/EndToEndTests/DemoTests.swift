import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// What a person sees who has nothing but the program.
@Suite(.programs)
struct DemoTests {
    @Test func `the demo begins with an hour of history, of which every kind of row has some`() async throws {
        let directory = try ScratchDirectory()
        let demo = try Child([
            "demo", "--plain", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
        ])
        try await waitUntil("the demo to be set up", seen: { demo.output + demo.diagnostics }) {
            (demo.output + demo.diagnostics).contains("its records and changes are made up")
        }
        demo.signal(SIGTERM)
        #expect(try await demo.exitStatus() == 0)

        let listed = try await Program.run(["events", "list", "--limit", "0", "--data-dir", directory.path])
        let events = try listed.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(events.count > 100)
        let moments = events.compactMap { $0["delivery"]?["createdDate"]?.string.flatMap { Timestamp(parsing: $0) } }
        #expect(moments.count == events.count)
        let minutes = try #require(moments.first).since(try #require(moments.last)) / 60_000
        #expect((50...75).contains(minutes), "\(minutes) min")
        #expect(moments == moments.sorted(by: >), "newest first, as they were stored")
        let words = events.compactMap { $0["eventType"]?.string }
        #expect(Set(words) == ["CREATED", "UPDATED", "DELETED"])
        let updates = events.filter { $0["eventType"]?.string == "UPDATED" }
        let told = updates.filter { $0["changedFields"]?.array?.isEmpty == false }
        #expect(told.count * 10 > updates.count * 8, "records are known, so that their changes are")
        func count(_ state: String, attempts: Int64) -> Int {
            events.count { event in
                event["delivery"]?["state"]?.string == state && event["delivery"]?["attempts"]?.integer == attempts
            }
        }
        #expect(count("delivered", attempts: 1) > 50)
        #expect(count("delivered", attempts: 2) > 3, "a failing delivery that recovers")
        #expect(count("dead", attempts: 4) > 0)
    }
}
