import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the dashboard remembers, as a value.
@Suite(.cases)
struct DashboardMemoryTests {
    private func memory(_ history: String...) -> DashboardMemory {
        var part = FilterMemory()
        for text in history { part.record(text) }
        var memory = DashboardMemory()
        memory[FilterMemory.self] = part
        return memory
    }

    @Test func `what was kept is read back`() throws {
        let memory = memory("state:dead", "object:Lead")
        let read = try #require(DashboardMemory(try JSON(parsing: memory.json.text)))
        #expect(read == memory && read[FilterMemory.self].history == ["state:dead", "object:Lead"])
        #expect(DashboardMemory(DashboardMemory().json) == DashboardMemory())
    }

    @Test(arguments: [
        "null", "[]", "{}", "1", #"{"version":2,"parts":{}}"#, #"{"version":1}"#, #"{"version":1,"parts":[]}"#,
        #"{"version":"x","parts":{}}"#, #"{"parts":{"filters":{}}}"#,
    ])
    func `what no dashboard of this version wrote is none`(text: String) throws {
        #expect(DashboardMemory(try JSON(parsing: text)) == nil)
    }

    @Test func `parts that nobody here knows stay, and an empty one is left out`() throws {
        let text = #"{"version":1,"parts":{"filters":{"history":["a"]},"later":{"x":[1.50]}}}"#
        var memory = try #require(DashboardMemory(try JSON(parsing: text)))
        memory[FilterMemory.self] = FilterMemory()
        #expect(memory.json.text == #"{"version":1,"parts":{"later":{"x":[1.50]}}}"#)
    }

    @Test func `what another dashboard kept meanwhile stays`() throws {
        let start = memory("a")
        let other = try #require(
            DashboardMemory(
                try JSON(parsing: #"{"version":1,"parts":{"filters":{"history":["b"]},"theme":{"name":"x"}}}"#)
            )
        )
        #expect(other.changed(from: start, to: start) == other)
        let merged = other.changed(from: start, to: memory("a", "c"))
        #expect(merged[FilterMemory.self].history == ["a", "c"] && merged.json["parts"]?["theme"] != nil)
        #expect(other.changed(from: start, to: DashboardMemory())[FilterMemory.self].history.isEmpty)
    }

    @Test(arguments: [
        // Each changed something else of a part, or of what stands in it.
        (#"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"a":1,"c":3}"#, #"{"b":2,"a":1,"c":3}"#),
        (
            #"{"nodes":{"x":1,"y":1}}"#, #"{"nodes":{"x":1,"y":1,"z":9}}"#, #"{"nodes":{"y":1,"x":2}}"#,
            #"{"nodes":{"z":9,"y":1,"x":2}}"#
        ),
        // What one took away stays away, and where both changed the same the later one holds.
        (#"{"a":1,"b":2}"#, #"{"a":1}"#, #"{"a":3,"b":2}"#, #"{"a":3}"#),
        (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"c":3}"#, #"{"b":2}"#, #"{"c":3,"b":2}"#),
        (#"{"a":{"x":1}}"#, #"{"a":5}"#, #"{"a":{"x":2}}"#, #"{"a":{"x":2}}"#),
        (#"{"a":[1]}"#, #"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#),
    ])
    func `within a part, too, each member is the one that was changed last`(
        start: String,
        other: String,
        own: String,
        merged: String
    ) throws {
        func memory(_ part: String) throws -> DashboardMemory {
            try #require(DashboardMemory(try JSON(parsing: #"{"version":1,"parts":{"p":\#(part)}}"#)))
        }
        let result = try memory(other).changed(from: memory(start), to: memory(own))
        #expect(result.json["parts"]?["p"]?.text == merged)
    }

    @Test func `of many nodes those that were looked at last are known, each by its own instance`() throws {
        var places = ShownInstanceMemory()
        places.record(7, at: nil)
        for number in 1...Int64(ShownInstanceMemory.mostNodes) { places.record(number, at: "https://n\(number):8181") }
        places.record(99, at: "https://n1:8181")
        places.record(5, at: "https://new:8181")
        places.record(6, at: "https://" + String(repeating: "x", count: ShownInstanceMemory.longestURL))
        let read = ShownInstanceMemory(try JSON(parsing: places.json.text))
        #expect(read == places && read.json["nodes"]?.members?.count == ShownInstanceMemory.mostNodes)
        #expect(read.instance(at: nil) == 7 && read.instance(at: "https://n1:8181") == 99)
        #expect(read.instance(at: "https://n2:8181") == nil && read.instance(at: "https://new:8181") == 5)
        // As earlier versions wrote it.
        #expect(ShownInstanceMemory(["instance": 3]).instance(at: nil) == 3)
    }

    @Test(arguments: [
        ("{}", false, DetailTab.changes), (#"{"open":true,"tabs":{"updated":"raw"}}"#, true, .raw),
        (#"{"open":"x","tabs":{"updated":7,"created":"raw"}}"#, false, .changes),
        (#"{"open":1,"tabs":[]}"#, false, .changes), (#"{"tabs":{"updated":"later"}}"#, false, .changes),
        ("[]", false, .changes),
    ])
    func `of the detail, what can be used is taken`(text: String, isOpen: Bool, tab: DetailTab) throws {
        let memory = DetailMemory(try JSON(parsing: text))
        #expect(memory.isOpen == isOpen && memory.tab(of: .updated, hasChanges: true) == tab)
        #expect(DetailMemory(memory.json) == memory)
    }

    @Test(arguments: [
        (#"{"history":["a",1,null,"b",["c"],"","a"]}"#, ["b", "a"]), (#"{"history":"a"}"#, []), ("[1]", []),
        ("null", []),
        (#"{"history":["a\nb","c"]}"#, ["c"]),
    ])
    func `of filters, what can be used is taken`(text: String, history: [String]) throws {
        #expect(FilterMemory(try JSON(parsing: text)).history == history)
    }

    @Test func `filters are bounded in number and length`() {
        var part = FilterMemory()
        for number in 1...250 { part.record("id:\(number)") }
        part.record(String(repeating: "x", count: 1001))
        #expect(part.history.count == 100 && part.history.last == "id:250")
        #expect(FilterMemory(part.json) == part)
    }

    @Test func `hostile files are read without harm`() async {
        let parts = [
            "{", "}", "[", "]", ",", ":", "\"version\"", "1", "\"parts\"", "\"filters\"", "\"history\"", "\"a\"",
            "\"detail\"", "\"tabs\"", "\"place\"", "\"nodes\"",
            "null", "1e99",
            "\"\\u0000\"",
        ]
        await Fuzz.run("memory", rounds: 2000) { hostile, note in
            let bytes = hostile.damaged(hostile.words(of: parts, atMost: 30))
            note(String(decoding: bytes, as: UTF8.self))
            guard let json = try? JSON(parsing: bytes) else { return }
            let memory = DashboardMemory(json)
            _ = memory?[FilterMemory.self]
            _ = memory?[DetailMemory.self]
            if let memory { _ = memory.changed(from: DashboardMemory(), to: memory) }
            #expect(DetailMemory(DetailMemory(json).json) == DetailMemory(json))
            #expect(ShownInstanceMemory(ShownInstanceMemory(json).json) == ShownInstanceMemory(json))
            #expect(FilterMemory(json).history.count <= 100)
        }
    }

    @Test func `filters kept in a former run are gone through with the arrow`() {
        var driver = Driver(
            140,
            40,
            log: (1...20).map { Sample.event($0) },
            memory: memory("state:dead", "object:Lead")
        )
        driver.keys("/ up")
        #expect(driver.dashboard[EventsPane.self]?.filtering.line?.text == "object:Lead")
        driver.keys("up")
        #expect(driver.dashboard[EventsPane.self]?.filtering.line?.text == "state:dead")
        driver.forget()
        driver.keys("enter")
        let kept = driver.commands.compactMap { if case .remember(let memory) = $0 { memory } else { nil } }
        #expect(kept.map { $0[FilterMemory.self].history } == [["object:Lead", "state:dead"]])
        // Kept once more it is the same, and nothing is to be written.
        driver.forget()
        driver.keys("/ enter")
        #expect(!driver.commands.contains { if case .remember = $0 { true } else { false } })
    }
}
