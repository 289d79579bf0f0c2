import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Which columns the list has, how wide they are, and what a row says of what changed.
@Suite(.cases)
struct ColumnTests {
    private static func driver(
        _ width: Int = 140,
        log: [EventSummary] = (1...60).map { Sample.event($0) },
        columns: ColumnChoice = .standard,
        memory: DashboardMemory = DashboardMemory()
    ) -> Driver {
        var driver = Driver(width, 30, log: log, memory: memory, columns: columns)
        driver.keys("2")
        driver.pass(milliseconds: 600)
        return driver
    }

    private func heads(_ driver: Driver) -> [String] {
        let row =
            driver.text.split(separator: "\n").first { row in
                ["RECORD", "EVENT ID", "STORED"].contains { row.contains($0) }
            } ?? ""
        return EventColumn.allCases.map { $0.head.string }
            .compactMap { head in
                (" " + row + " ").firstRange(of: " \(head) ").map { (head, $0.lowerBound) }
            }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }

    // MARK: Who changed it

    /// Whether the pages that were asked for shall tell who changed their records.
    private func asked(_ driver: Driver) -> [Bool] {
        driver.commands.compactMap { if case .loadPage(_, let request) = $0 { request.withAuthors } else { nil } }
    }

    @Test func `records are read for who changed them only while the column is shown`() {
        let log = (1...60 as ClosedRange<Int64>).map { number in
            let event = Sample.event(number)
            return EventSummary(
                sequence: number,
                eventID: event.eventID,
                instanceID: 1,
                object: event.object,
                recordID: event.recordID,
                recordName: event.recordName,
                change: event.change,
                isUndelete: false,
                source: .polling,
                date: event.date,
                receivedAt: event.receivedAt,
                changedFieldNames: [],
                delivery: event.delivery,
                changedBy: number == 60 ? nil : "Grace \u{1B}[31mHopper"
            )
        }
        var driver = Self.driver(log: log)
        #expect(!asked(driver).contains(true))
        driver.forget()
        driver.keys("K")
        driver.pass(milliseconds: 600)
        let place = ColumnChoice.standard.entries.count
        let hidden = EventColumn.allCases.filter { ColumnChoice.standard[$0] == nil }
        let steps = place + (hidden.firstIndex(of: .changedBy) ?? 0)
        driver.keys(Array(repeating: "down", count: steps).joined(separator: " "))
        driver.keys("space")
        driver.pass(milliseconds: 600)
        #expect(!asked(driver).isEmpty && asked(driver).allSatisfy { $0 }, "the rows are read once more")
        driver.keys("esc")
        #expect(heads(driver).contains("CHANGED BY") && driver.text.contains("Grace"), "\(driver.text)")
        #expect(!driver.text.contains("\u{1B}"))
        driver.forget()
        driver.keys("/")
        driver.type("object:Account")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        #expect(asked(driver).allSatisfy { $0 } && !asked(driver).isEmpty)
    }

    // MARK: Fitting

    @Test(arguments: 4...200)
    func `any choice fits into any list, and columns don't overlap`(width: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        for _ in 0..<50 {
            let count = Int.random(in: 1...EventColumn.allCases.count, using: &random)
            let choice = ColumnChoice(
                EventColumn.allCases.shuffled(using: &random).prefix(count).map { column in
                    let isSized = Int.random(in: 0..<3, using: &random) == 0
                    return .init(column, width: isSized ? Int.random(in: -5...300, using: &random) : nil)
                }
            )
            let content = ColumnLayout.Content(
                record: Int.random(in: 0...90, using: &random),
                recordWithNotes: Int.random(in: 0...120, using: &random),
                object: Int.random(in: 0...60, using: &random),
                callback: Int.random(in: 0...20, using: &random)
            )
            let columns = ColumnLayout(width: width, choice, content: content)
            #expect(!columns.columns.isEmpty && columns.columns.allSatisfy { $0.width >= 0 })
            let places = columns.places(in: Rect(x: 3, y: 0, width: width, height: 1))
            var end = 3
            for (_, place) in places {
                #expect(place.width == 0 || place.x >= end && place.maxX <= 3 + width, "\(choice) in \(width)")
                end = max(end, place.maxX)
            }
        }
    }

    @Test func `a name is not cut while the object stands empty, and an object not while the name does`() {
        let standard = ColumnLayout(width: 100)
        #expect(standard[.object] == 18)
        let names = ColumnLayout(width: 100, content: .init(record: 60, recordWithNotes: 60, object: 7))
        #expect(names[.object] == 7 && names[.record] == standard[.record] + 15 && names.callback == 16)
        let objects = ColumnLayout(width: 100, content: .init(record: 10, recordWithNotes: 15, object: 30))
        #expect(objects[.object] == 30 && objects[.record] == standard[.record] - 12)
        let both = ColumnLayout(width: 100, content: .init(record: 60, recordWithNotes: 60, object: 30))
        #expect(both[.object] == standard[.object] && both[.record] == standard[.record] + 4)
        let silent = ColumnLayout(width: 100, content: .init(record: 60, object: 18, callback: 0))
        #expect(silent.callback == 8 && silent[.record] == standard[.record] + 12)
    }

    @Test func `in a narrow list a name has its room before the words of the callback`() {
        let standard = ColumnLayout(width: 56)
        #expect(standard.callback == 12)
        let names = ColumnLayout(width: 56, content: .init(record: 40, recordWithNotes: 40, object: 9, callback: 6))
        #expect(names.callback == 8 && names[.record] == standard[.record] + 4)
        let replayed = ColumnLayout(width: 56, content: .init(record: 40, recordWithNotes: 40, object: 9, callback: 9))
        #expect(replayed.callback == 9 && replayed[.record] == standard[.record] + 3)
        let short = ColumnLayout(width: 56, content: .init(record: 14, recordWithNotes: 14, object: 9, callback: 6))
        #expect(short.callback == min(12, standard.callback - 14 + standard[.record]))
        // Where a status and its time have room, they keep it, and no more than that.
        #expect(ColumnLayout(width: 80, content: .init(record: 60, object: 9, callback: 6)).callback == 16)
        #expect(ColumnLayout(width: 80, content: .init(record: 9, object: 9, callback: 6)).callback == 20)
        let log = (1...20).map { Sample.event($0, state: $0 % 2 == 0 ? .dead : .delivered) }
        let text = Self.driver(60, log: log).text
        #expect(text.contains("✓ 200") && text.contains("✗ dead"), "\(text)")
        #expect(!text.contains("✗ dead …") && !text.contains("✗ dea…"), "\(text)")
    }

    @Test func `a long name is shown whole where it can be`() {
        let name = "Donaudampfschifffahrtsgesellschaft mbH"
        let log = (1...20).map { (number: Int64) -> EventSummary in
            let sample = Sample.event(number)
            return EventSummary(
                sequence: number,
                eventID: sample.eventID,
                instanceID: 1,
                object: "Lead",
                recordID: sample.recordID,
                recordName: name,
                change: .created,
                isUndelete: false,
                source: .polling,
                date: sample.date,
                receivedAt: sample.receivedAt,
                changedFieldNames: [],
                delivery: sample.delivery
            )
        }
        #expect(Self.driver(100, log: log).text.contains(name))
    }

    // MARK: Choosing

    @Test func `columns are shown, hidden, moved and sized, and all of that is remembered`() {
        var driver = Self.driver()
        #expect(heads(driver) == ["STORED", "CHANGE", "OBJECT", "RECORD", "CALLBACK"])
        // The change goes; the record goes to the front; the ids come.
        driver.keys("K down space down [ esc")
        #expect(
            driver.dashboard.settings.memory[ColumnMemory.self].choice?.entries.map(\.column) == [
                .time, .record, .object, .callback,
            ]
        )
        #expect(heads(driver) == ["STORED", "RECORD", "OBJECT", "CALLBACK"])
        driver.keys("K home right right esc")
        let choice = driver.dashboard.settings.memory[ColumnMemory.self].choice
        #expect(choice?[.time]?.width == 12)
        let next = Self.driver(memory: driver.dashboard.settings.memory)
        #expect(heads(next) == ["STORED", "RECORD", "OBJECT", "CALLBACK"])
    }

    @Test func `r brings back those of the configuration file`() {
        let columns = ColumnChoice([.init(.eventID), .init(.record)])
        var driver = Self.driver(columns: columns)
        #expect(heads(driver) == ["EVENT ID", "RECORD"])
        driver.keys("K end space esc")
        #expect(heads(driver).count == 3)
        driver.keys("K r esc")
        #expect(heads(driver) == ["EVENT ID", "RECORD"])
        #expect(driver.dashboard.settings.memory[ColumnMemory.self].choice == nil)
    }

    @Test func `the last column stays`() {
        var choice = ColumnChoice([.init(.record)])
        choice.toggle(.record)
        #expect(choice.entries.map(\.column) == [.record])
        #expect(ColumnChoice([]).entries.map(\.column) == [.record])
    }

    @Test func `a click on a column shows or hides it`() {
        var driver = Self.driver()
        driver.keys("K")
        let rows = driver.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let row = rows.firstIndex(where: { $0.contains("the event's id") }) else {
            Issue.record("no such row:\n\(driver.text)")
            return
        }
        driver.click(60, row)
        driver.keys("esc")
        #expect(heads(driver).contains("EVENT ID"))
    }

    @Test func `each column shows what it is called`() {
        let log = [Sample.event(4, state: .dead), Sample.event(6), Sample.event(10)]
        let all = ColumnChoice(EventColumn.allCases.map { .init($0) })
        var driver = Driver(280, 20, log: log, columns: all)
        driver.keys("2")
        driver.pass(milliseconds: 600)
        for words in ["10/10", "14 ms", "polling", log[1].recordID, "evt6", "Email", "dead 500"] {
            #expect(driver.text.contains(words), "\(words)\n\(driver.text)")
        }
    }

    @Test(arguments: ["null", "{}", "[]", "[1]", #"[{"name":"nothing"}]"#, #"[{"width":7}]"#, #""time""#])
    func `what is no choice is none`(text: String) throws {
        #expect(ColumnMemory(try JSON(parsing: text)) == ColumnMemory())
    }

    @Test func `of a kept choice, what can be used is`() throws {
        let text = #"[{"name":"record","width":9999999999999},{"name":"time","width":-3},{"name":"x"},{"name":"time"}]"#
        let choice = ColumnMemory(try JSON(parsing: text)).choice
        #expect(choice?.entries == [.init(.record, width: 80), .init(.time, width: 4)])
    }

    @Test func `while the list follows, nothing moves sideways as a long name comes and goes`() {
        func heads(_ driver: Driver) -> String {
            driver.text.split(separator: "\n").first { $0.contains("STORED") }.map(String.init) ?? ""
        }
        let sample = Sample.event(61)
        let long = EventSummary(
            sequence: 61,
            eventID: sample.eventID,
            instanceID: 1,
            object: "Account",
            recordID: sample.recordID,
            recordName: String(repeating: "Very long name ", count: 5),
            change: .created,
            isUndelete: false,
            source: .polling,
            date: sample.date,
            receivedAt: sample.receivedAt,
            changedFieldNames: [],
            delivery: sample.delivery
        )
        var driver = Self.driver(100)
        let before = heads(driver)
        driver.store([long])
        driver.pass(milliseconds: 600)
        let during = heads(driver)
        #expect(during != before && !during.isEmpty, "\(driver.text)")
        driver.store(62...110)
        driver.pass(milliseconds: 600)
        #expect(heads(driver) == during, "\(driver.text)")
        #expect(!driver.text.contains("Very long name"), "\(driver.text)")
        // Who looks about sees the columns as these rows need them.
        driver.keys("k")
        #expect(heads(driver) == before, "\(driver.text)")
    }

    @Test func `a narrow title keeps what is dead`() {
        let log = (1...20).map { sequence in
            Sample.event(
                sequence,
                state: sequence <= 5 ? .dead : .delivered,
                replay: sequence == 20 ? Sample.refused : nil
            )
        }
        var driver = Driver(40, 16, log: log)
        driver.pass(milliseconds: 1000)
        let head = driver.text.split(separator: "\n").first { $0.contains("Events ·") } ?? ""
        #expect(head.contains("✗ 5") && head.contains("⟲ ✗ 1"), "\(driver.text)")
    }

    // MARK: What changed

    @Test(
        arguments: [
            ("\"ada@old\"", "\"ada@new\"", "Email ada@old → ada@new"), (nil, "\"CTO\"", "Email — → CTO"),
            ("null", "12.50", "Email — → 12.50"), ("\"a\"", "\"\"", "Email a → \"\""),
            ("true", "false", "Email true → false"),
            ("\"\(String(repeating: "x", count: 60))\"", "1", "Email \(String(repeating: "x", count: 23))… → 1"),
            ("{\"a\":1}", "null", "Email {\"a\":1} → —"), ("\"a\\u001bb\"", "1", "Email a␛b → 1"),
        ] as [(String?, String, String)]
    )
    func `one field that changed alone is shown before and after`(old: String?, new: String, words: String) {
        let sample = Sample.event(3)
        let event = EventSummary(
            sequence: 3,
            eventID: sample.eventID,
            instanceID: 1,
            object: "Lead",
            recordID: sample.recordID,
            recordName: "Ada",
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: sample.date,
            receivedAt: sample.receivedAt,
            changedFieldNames: ["Email"],
            delivery: sample.delivery,
            onlyChange: FieldChange(name: "Email", old: old, new: new)
        )
        #expect(event.valueNotes(columns: 0, glyphs: .unicode).map(\.string) == [words])
        // With the room, all of it.
        let whole = event.valueNotes(columns: 200, glyphs: .unicode).map(\.string)
        #expect(whole.count == 1 && !whole[0].contains("…"), "\(whole)")
        #expect(Self.driver(260, log: [event]).text.contains(whole[0]))
        // Without the room, its name stands there.
        let narrow = Self.driver(80, log: [event]).text
        #expect(narrow.contains("Email"))
    }
}
