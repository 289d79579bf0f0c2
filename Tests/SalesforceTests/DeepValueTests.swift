import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// A value that is nested deeper than is read costs its record that value, and the object nothing.
struct DeepValueTests {
    private static func nested(_ depth: Int) -> String {
        String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)
    }

    @Test(arguments: [["Account"], ["Account", "Lead"]], [130, 100_000])
    func `The other rows are told, and the record without it`(objects: [String], depth: Int) async throws {
        let org = InProcessOrg.empty()
        let deep = Self.nested(depth)
        let proxy = Proxy(org: org) { _, answer in
            var answer = answer
            answer.body = Array(answer.text.replacing("\"Industry\":\"Deep\"", with: "\"Industry\":\(deep)").utf8)
            return answer
        }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(objects), into: ledger)
        await org.advance(seconds: 60)
        let first = try await org.org.create("Account", ["Name": "A", "Industry": "Energy"])
        let damaged = try await org.org.create("Account", ["Name": "B", "Industry": "Deep"])
        let last = try await org.org.create("Account", ["Name": "C", "Industry": "Energy"])
        let report = try await session.poll(ledger.request(objects), into: ledger)
        let problem = try #require(report.problems["Account"])
        #expect(problem.contains(damaged) && problem.contains("Industry") && problem.contains("128 levels"))
        #expect(report.failures == [:])
        #expect(await Set(ledger.log()) == Set([first, damaged, last].map { "CREATED \($0)" }))
        let fields = await ledger.entries["Account/" + damaged]?.fields
        #expect(fields?.string("Name") == "B")
        #expect(fields?["Industry"] == nil)
        // Nothing is told again by it, and what follows is read as ever.
        await org.advance(seconds: 60)
        let next = try await org.org.create("Account", ["Name": "D"])
        try await session.poll(ledger.request(objects), into: ledger)
        #expect(await ledger.log() == ["CREATED \(next)"])
    }

    @Test(arguments: ["[[[1]}]", "[[[1]", "{\"a\":[1,]}", "{\"a\" 1}", "[[[1 2]]]", "{1:2}", "[,1]"])
    func `What is no JSON is none however deep it is`(text: String) throws {
        for outer in [0, 200] {
            let whole = String(repeating: "[", count: outer) + text + String(repeating: "]", count: outer)
            var scanner = JSONScanner(Array(whole.utf8))
            #expect(throws: JSONError.self) { try scanner.anyValue() }
        }
    }

    @Test(arguments: [1, 126, 128, 130, 5000]) func `Where the value ends is known at any depth`(depth: Int) throws {
        let text = Self.nested(depth)
        var scanner = JSONScanner(Array("\(text) ,".utf8))
        let (place, isTooDeep) = try scanner.anyValue()
        #expect(place == 0..<text.utf8.count)
        #expect(isTooDeep == (depth >= 128))
        #expect(scanner.peek() == 0x20)
    }
}
