import Domain
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Store

/// What stands on disk, which a later version and a second store read again.
struct EncodingTests {
    @Test func `numbers on disk never change, and each leads back`() {
        let states: [DeliveryState: Int64] = [.queued: 0, .waiting: 1, .retrying: 2, .dead: 3, .delivered: 4, .none: 5]
        for (state, code) in states { #expect(state.code == code && DeliveryState(code: code) == state) }
        #expect(DeliveryState.allCases.count == states.count + 1)
        #expect(!states.values.contains(DeliveryState.held.code))
        let changes: [Change: Int64] = [.created: 0, .updated: 1, .deleted: 2]
        for (change, code) in changes { #expect(change.code == code && Change(code: code) == change) }
        #expect(Change.allCases.count == changes.count)
        let sources: [ChangeSource: Int64] = [
            .polling: 0, .webhook: 1, .reconciliation: 2, .outboundMessage: 3, .synthetic: 4,
        ]
        for (source, code) in sources { #expect(source.code == code && ChangeSource(code: code) == source) }
        #expect(ChangeSource.allCases.count == sources.count)
        for verdict in ReplayVerdict.allCases { #expect(ReplayVerdict(code: verdict.code) == verdict) }
        #expect(ReplayVerdict.succeeded.code == 1)
    }

    @Test func `a number of a later version is read as what does least`() {
        for code in [-1, 6, .max] as [Int64] { #expect(DeliveryState(code: code) == .none) }
    }

    @Test(
        arguments: [
            [], [FieldChange(name: "Email", old: "\"a\"", new: nil)],
            [FieldChange(name: "A", old: nil, new: "null"), FieldChange(name: "B__c", old: "1.50", new: "[1,\"x\"]")],
        ]
    )
    func `changed fields come back as they were, absent and null apart`(changes: [FieldChange]) {
        let others = RecordFields([.init(name: "B__c", raw: "1.5"), .init(name: "C", raw: "2")])
        let own = changes.compactMap { change in change.new.map { RecordFields.Field(name: change.name, raw: $0) } }
        for record in [RecordFields(), others] + own.indices.map({ RecordFields(Array(own[...$0])) }) {
            let text = ChangedFields.text(changes, beside: record)
            #expect(ChangedFields.parse(text, beside: record.json) == changes, "\(text)")
        }
        let brief = ChangedFields.brief(ChangedFields.text(changes, beside: others))
        #expect(brief == (changes.count == 1 ? changes[0] : nil))
        if !changes.isEmpty { #expect(ChangedFields.names(ChangedFields.names(changes)) == changes.map(\.name)) }
        #expect(ChangedFields.names(nil as String?).isEmpty)
    }

    @Test(
        arguments: [
            ("", []), ("\u{1F}", []), ("Name", ["Name"]), ("Name\u{1F}Email", ["Name", "Email"]),
            ("\u{1F}A__c\u{1F}\u{1F}B__c\u{1F}", ["A__c", "B__c"]),
            // A mark behind the separator joins no character with it, nor do the two halves of a line's end.
            ("Ü\u{1F}\u{301}東京\u{1F}a\r\u{1F}\n", ["Ü", "\u{301}東京", "a\r", "\n"]),
        ] as [(String, [String])]
    )
    func `names of changed fields are what stands between the separators, whatever they are made of`(
        column: String,
        names: [String]
    ) {
        let found = ChangedFields.names(column)
        #expect(found.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    }

    @Test(arguments: [[], [""], ["a", "b,c", "\"\u{1F}ü"]])
    func `lists of texts come back as they were`(list: [String]) {
        #expect(StringList.parse(StringList.text(list)) == list)
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `a record comes back from what the filter of nulls leaves of it, each field in its place`(seed: UInt64) throws
    {
        var records = RandomRecords(random: SeededGenerator(seed: seed))
        let null = RecordFields.Field(name: "Fax", raw: "null")
        for row in 1...20 {
            var fields = records.row(row, at: 2000).fields.fields
            fields.insert(null, at: Int.random(in: 0...fields.count, using: &records.random))
            let whole = RecordFields(row % 2 == 0 ? fields : fields + [null, null])
            let kept = whole.droppingNulls()
            let text = FilteredFields.text(whole, kept: kept)
            #expect(try FilteredFields.restore(RecordFields(parsing: kept.json), text) == whole)
            #expect(FilteredFields.text(kept, kept: kept) == "")
        }
    }

    @Test(arguments: ["nonsense", "{}", "[1]", "[[1]]", "[[\"a\",\"b\"]]", "[[1,2]]"])
    func `a record that can't be told whole is an error, as a field less would look like a change`(text: String) {
        #expect(throws: JSONError.self) { try FilteredFields.restore(RecordFields(), text) }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `what a change replaced comes back from its difference to the record, byte by byte`(seed: UInt64) throws {
        var records = RandomRecords(random: SeededGenerator(seed: seed))
        for row in 1...20 {
            let record = records.row(row, at: 2000).fields
            var fields = record.fields
            for _ in 0..<Int.random(in: 0...4, using: &records.random) where !fields.isEmpty {
                let place = Int.random(in: 0..<fields.count, using: &records.random)
                switch Int.random(in: 0...4, using: &records.random) {
                case 0: fields[place] = .init(name: fields[place].name, raw: #""\#(seed) and \u00e9""#)
                case 1: fields.remove(at: place)
                case 2: fields.insert(.init(name: "Text\(place)", raw: "[-1,\"Name\",{\"a\":null}]"), at: place)
                case 3: fields.swapAt(place, fields.count - 1)
                default: fields.append(fields[place])
                }
            }
            let previous = RecordFields(fields)
            let text = PreviousFields.text(previous, beside: record)
            #expect(text.utf8.count <= previous.json.utf8.count)
            #expect(try PreviousFields.restore(text, beside: record.json).utf8.elementsEqual(previous.json.utf8))
        }
    }

    @Test func `two spellings of one letter are two values, and what little differs takes little room`() throws {
        let long = "\"\(String(repeating: "x", count: 500))\""
        let record = RecordFields([
            .init(name: "Id", raw: "1"), .init(name: "Name", raw: "\"\u{E9}\""), .init(name: "Text", raw: long),
        ])
        let previous = RecordFields([
            .init(name: "Id", raw: "1"), .init(name: "Name", raw: "\"e\u{301}\""), .init(name: "Text", raw: long),
        ])
        let text = PreviousFields.text(previous, beside: record)
        #expect(text == "[1,-1,\"Name\",\"e\u{301}\",1]")
        #expect(try PreviousFields.restore(text, beside: record.json).utf8.elementsEqual(previous.json.utf8))
        // What an earlier version stored.
        #expect(try PreviousFields.restore(previous.json, beside: record.json) == previous.json)
    }

    @Test func `a new value that the record holds is kept once, and that of a change alone for the lists`() {
        let record = RecordFields([.init(name: "Name", raw: "\"B\""), .init(name: "Phone", raw: "1")])
        let name = FieldChange(name: "Name", old: "\"A\"", new: "\"B\"")
        let phone = FieldChange(name: "Phone", old: nil, new: "2")
        #expect(ChangedFields.text([name, phone], beside: record) == #"[["Name","\"A\""],["Phone",null,"2"]]"#)
        #expect(ChangedFields.text([name], beside: record) == #"[["Name","\"A\"","\"B\""]]"#)
    }

    @Test(arguments: ["[3]", "[-3]", "[0]", "[1,2]", "[\"Name\"]", "[true]", "[1.5]", "[1", "[99999999999999999999]"])
    func `a difference that was never written is an error`(text: String) {
        #expect(throws: JSONError.self) { try PreviousFields.restore(text, beside: #"{"Id":1,"Name":"A"}"#) }
    }

    @Test func `headers come back as they were, and none take no room`() {
        let headers = [Attempt.Header(name: "A", value: "1"), Attempt.Header(name: "A", value: "\"")]
        #expect(HeaderList.parse(HeaderList.text(headers)) == headers)
        #expect(HeaderList.text([]) == nil && HeaderList.parse(nil).isEmpty)
    }

    @Test func `what can't be read any more is nothing, and never an error`() {
        for column in ["", "nonsense", "{}", "[1]", "[[\"a\"]]", "[[1,2]]", "[[\"a\",\"b\"],3]"] {
            #expect(ChangedFields.parse(column, beside: "{}").isEmpty, "\(column)")
            #expect(HeaderList.parse(column).allSatisfy { $0.name == "a" }, "\(column)")
            #expect(StringList.parse(column).isEmpty, "\(column)")
        }
    }

    @Test(arguments: [AttemptOutcome.response(status: 204), .response(status: 500), .failure("timed out")])
    func `an outcome comes back from its two columns`(outcome: AttemptOutcome) {
        #expect(AttemptOutcome(status: outcome.status, failure: outcome.failure) == outcome)
    }

    @Test func `a bulk replay whose filter can't be read is over, and one in an unknown state pauses`() {
        let read = ReplayFilter.parse(#"{"objects":["Account"]}"#, state: "running", of: 7)
        #expect(read.state == .running && read.filter.instanceIDs == [7] && read.filter.objects == ["Account"])
        #expect(ReplayFilter.parse("{}", state: "sleeping", of: 7).state == .paused)
        for column in ["", "nonsense", #"{"later":true}"#, #"{"objects":7}"#] {
            let lost = ReplayFilter.parse(column, state: "running", of: 7)
            #expect(lost.state == .cancelled && lost.filter.instanceIDs == [7], "\(column)")
            #expect(lost.fault == "its filter can't be read any more, so nothing more is sent: \(column)")
            let ended = ReplayFilter.parse(column, state: "completed", of: 7)
            #expect(ended.state == .completed && ended.fault == nil, "\(column)")
        }
        #expect(read.fault == nil)
        #expect(Set(ReplayJob.State.open) == ["running", "paused"])
    }

    @Test func `an instance comes back whole, and nothing of its plain columns is secret`() throws {
        let key = try #require(SecretKey(text: String(repeating: "0a", count: 32)))
        let box = SecretBox(key)
        var instance = Instance.sample(5)
        instance.apex = DeployedApex()
        let record = try InstanceRecord(instance, box)
        #expect(try record.instance(box) == instance)
        for text in [record.name, record.tags, record.settings, String(decoding: record.secrets, as: UTF8.self)] {
            #expect(!text.contains("hush"), "\(text)")
        }
        #expect(record.settings.contains("http://127.0.0.1:9/callback"))
    }

    @Test func `secrets open for the instance that they belong to alone, and with their key alone`() throws {
        let key = try #require(SecretKey(text: String(repeating: "0a", count: 32)))
        let box = SecretBox(key)
        let sealed = try box.seal("hush", context: InstanceRecord.secretContext(5))
        #expect(try box.open(sealed, context: InstanceRecord.secretContext(5)) == "hush")
        #expect(try box.seal("hush", context: InstanceRecord.secretContext(5)) != sealed)
        let error = #expect(throws: StoreError.self) { try box.open(sealed, context: InstanceRecord.secretContext(6)) }
        #expect(error?.kind == .corrupt)
        let other = SecretBox(try #require(SecretKey(text: String(repeating: "0b", count: 32))))
        #expect(throws: StoreError.self) { try other.open(sealed, context: InstanceRecord.secretContext(5)) }
        for broken in [Data(), sealed.dropLast(), Data(repeating: 0, count: 64)] {
            #expect(throws: StoreError.self) { try box.open(broken, context: InstanceRecord.secretContext(5)) }
        }
    }

    @Test(
        arguments: [
            ("", false), ("0a", false), (String(repeating: "0a", count: 32), true),
            (String(repeating: "0A", count: 32), true), (String(repeating: "0g", count: 32), false),
            (" \"" + String(repeating: "0a", count: 32) + "\"\n", true),
            (Base64.encode([UInt8](repeating: 7, count: 32)), true),
            (Base64.encode([UInt8](repeating: 7, count: 31)), false),
            (Base64.encode([UInt8](repeating: 7, count: 33)), false),
        ]
    )
    func `a key is 32 bytes as base64 or hexadecimal`(text: String, isKey: Bool) {
        #expect((SecretKey(text: text) != nil) == isKey)
    }

    @Test func `an instance is found by its element token alone, and never by an empty one`() {
        let nameless = Instance.sample(2, token: "")
        var directory = InstanceTable([.sample(3), nameless, .sample(1)])
        #expect(directory.all.map(\.id) == [1, 2, 3])
        #expect(directory.instance(elementToken: "element-hush-3")?.id == 3)
        for token in ["", "element-hush-2", "receiver-hush-1", "element-hush-1 "] {
            #expect(directory.instance(elementToken: token) == nil, "\(token)")
        }
        directory[3] = nil
        #expect(directory.instance(elementToken: "element-hush-3") == nil)
        let error = #expect(throws: StoreError.self) { try directory.require(3) }
        #expect(error?.kind == .gone && error?.message == "Instance 3 doesn't exist (any more).")
    }
}
