import Domain
import Primitives
import TestSupport
import Testing

/// Values from outside that Swift's arithmetic would end the process for.
struct HostileValueTests {
    @Test("Numbers that no arithmetic holds are compared, and end nothing", arguments: Hostile.numbers)
    func numbers(_ number: String) {
        let old = RecordFields([.init(name: "Amount", raw: "1.5")])
        let new = RecordFields([.init(name: "Amount", raw: number)])
        let text = RecordFields([.init(name: "Amount", raw: "\"\(number)\"")])
        #expect(new.changes(to: new, partial: false).isEmpty)
        #expect(old.changes(to: new, partial: false).isEmpty == (number == "1.50"))
        #expect(old.changes(to: text, partial: true).isEmpty == (number == "1.50"))
        _ = text.spelled(like: old)
        _ = JSON.number(number).integer
        _ = JSON.string(number).integer
    }

    @Test("The number that ended the process in a webhook is a change like any other")
    func exponent() {
        let known = RecordFields([.init(name: "Amount", raw: "1")])
        let seen = RecordFields([.init(name: "Amount", raw: "1e-9223372036854775808")])
        #expect(known.changes(to: seen, partial: true).map(\.name) == ["Amount"])
    }

    @Test(
        "Durations that can't be told in milliseconds are refused",
        arguments: [
            String(repeating: "999999999d", count: 200), "9999999999d", "1e9s", "-1s", "9223372036854775807ms", "٣s",
        ]
    )
    func durations(_ text: String) { #expect(DurationText.parse(text) == nil) }

    @Test("The longest spans are cut to what milliseconds hold")
    func spans() {
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeMilliseconds == .min)
        #expect(!DurationText.text(.seconds(Int64.max)).isEmpty)
    }

    static let moments: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]

    @Test("Moments at both ends of what can be counted stay moments", arguments: moments, moments)
    func momentsStay(_ milliseconds: Int64, _ delta: Int64) {
        let moment = Timestamp(milliseconds: milliseconds)
        for other in [
            moment, moment.advanced(byMilliseconds: delta), moment.advanced(bySeconds: delta),
            Timestamp(seconds: delta),
        ] {
            #expect(!other.iso.isEmpty)
            var date: [UInt8] = []
            other.writeJavaDate(to: &date)
            #expect(!date.isEmpty)
            #expect((0..<1000).contains(other.parts.millisecond))
            #expect((0..<24).contains(other.parts.hour))
            #expect((1...12).contains(other.parts.month))
            _ = other.since(moment)
            _ = other.seconds
        }
        #expect((moment.advanced(byMilliseconds: delta) >= moment) == (delta >= 0 || milliseconds == .min))
    }

    @Test("What does not fit stays at the end of the range")
    func saturating() {
        #expect(Int8.max.adding(saturating: 1) == .max)
        #expect(Int8.min.adding(saturating: -1) == .min)
        #expect(Int8.min.subtracting(saturating: 1) == .min)
        #expect(Int8(0).subtracting(saturating: .min) == .max)
        #expect(Int8.min.multiplied(saturating: -1) == .max)
        #expect(Int8.min.multiplied(saturating: 2) == .min)
        #expect(Int8(saturating: 1e300) == .max)
        #expect(Int8(saturating: -.infinity) == .min)
        #expect(Int8(saturating: .nan) == 0)
        #expect(Int8(saturating: -1.9) == -1)
    }

    @Test("Records of any kind are judged")
    func decisions() async {
        await Fuzz.run("decisions", rounds: 1500) { hostile, note in
            let texts = [hostile.record(), hostile.record(), hostile.record()]
            note(texts.joined(separator: "\n"))
            let fields = texts.map { (try? RecordFields(parsing: $0)) ?? RecordFields() }
            let stamps = (0..<3).map { _ in Timestamp(milliseconds: hostile.one(of: Self.moments, or: 0)) }
            for kind in [Observation.Kind.row, .deleteLog, .webhook(claimed: .updated, isUndelete: true)] {
                let seen = Observation(
                    kind: kind,
                    object: "Account",
                    recordID: "001000000000001AAA",
                    stamp: stamps[0],
                    createdDate: stamps[1],
                    isDeleted: kind == .deleteLog,
                    fields: fields[0],
                    previous: fields[1]
                )
                var unstamped = seen
                if case .webhook = kind { unstamped.guess = stamps[0] }
                let known = LedgerEntry(stamp: stamps[2], isDeleted: false, fields: fields[2], revision: 1)
                var guessed = known
                guessed.guess = stamps[1]
                let pairs: [(Observation, LedgerEntry?)] = [
                    (seen, nil), (seen, known), (seen, guessed), (unstamped, nil), (unstamped, known),
                    (unstamped, guessed),
                ]
                for (one, entry) in pairs {
                    let decision = ChangeDecision.make(one, known: entry, policy: .init(baseline: stamps[1]))
                    #expect(decision.changedFields.count <= fields[0].fields.count)
                }
            }
        }
    }

    @Test("Texts of any kind are read as JSON, durations, moments and filters, or refused")
    func texts() async {
        let parts = [
            "object:", "state:", "since:", "until:", "record:", "instance:", "Account", "dead", ",", " ", "(", ")", "|",
            "-", "\"", "d", "h", "m", "s", "ms", "T", ":", "+", "Z", ".", "2026-11-23", "18:00:00", "9999", "0000",
        ]
        await Fuzz.run("texts", rounds: 4000) { hostile, note in
            let text = hostile.words(of: parts, atMost: 12)
            note(text)
            let moment = Timestamp(milliseconds: hostile.one(of: Self.moments, or: 0))
            if let filter = try? EventFilter(parsing: text, now: moment) { _ = filter.json }
            if let duration = DurationText.parse(text) {
                #expect(duration >= .zero)
                #expect(!DurationText.text(duration).isEmpty)
            }
            if let moment = Timestamp(parsing: text) { #expect(!moment.iso.isEmpty) }
            let bytes = hostile.damaged(hostile.json())
            if let json = try? JSON(parsing: bytes) {
                #expect((try? JSON(parsing: json.text)) != nil)
                _ = json.integer
            }
        }
    }
}
