import Domain
import Primitives
import TestSupport
import Testing

/// Moments as people write them, in a dialog and in filters alike.
struct TimeTextTests {
    /// A Monday; the clock of the screen shows 20:07:03.
    private static let now = Timestamp(parsing: "2026-11-23T18:07:03Z") ?? Timestamp(milliseconds: 0)
    private static let offset = 7200
    private static let clock = LocalClock(utcOffset: offset)

    private static let cases: [(text: String, moment: String)] = [
        ("-2h", "2026-11-23T16:07:03Z"), ("90m", "2026-11-23T16:37:03Z"), ("14:05", "2026-11-23T12:05:00Z"),
        ("9:30", "2026-11-23T07:30:00Z"), ("23:00", "2026-11-22T21:00:00Z"), ("20:07:03", "2026-11-23T18:07:03Z"),
        ("yesterday 14:00", "2026-11-22T12:00:00Z"), ("Today 00:30", "2026-11-22T22:30:00Z"),
        ("2026-11-20 09:30", "2026-11-20T07:30:00Z"), ("2026-11-20T09:30:15", "2026-11-20T07:30:15Z"),
        ("2026-11-20t09:30", "2026-11-20T07:30:00Z"), ("11-20 09:30", "2026-11-20T07:30:00Z"),
        ("2026-11-20", "2026-11-19T22:00:00Z"), ("yesterday", "2026-11-21T22:00:00Z"),
        ("today", "2026-11-22T22:00:00Z"), ("monday", "2026-11-22T22:00:00Z"), ("Sunday", "2026-11-21T22:00:00Z"),
        ("tuesday", "2026-11-16T22:00:00Z"), ("saturday 9:30", "2026-11-21T07:30:00Z"),
        // With a zone it is what it says, wherever it is read.
        ("2026-11-20T09:30Z", "2026-11-20T09:30:00Z"), ("2026-11-20T09:30:15.123Z", "2026-11-20T09:30:15.123Z"),
        ("2026-11-20T09:30+0100", "2026-11-20T08:30:00Z"), ("2026-11-20 09:30-07:30", "2026-11-20T17:00:00Z"),
        ("2026-11-20T09:30:15.5", "2026-11-20T07:30:15.500Z"),
    ]

    private static let none = [
        "", " ", "soon", "25:00", "14:61", "2026-13-01", "2026-02-30 10:00", "14", "a b c", "12:3x", "--2h",
        "yesterday 25:00", "monday tuesday", "mon", "13-01", "02-30", "1-2", "2026-11-20T09:30X", "106751991168d",
        "0000-01-01",
    ]

    @Test func `what a person writes is a moment of the clock that they see`() {
        for (text, moment) in Self.cases {
            #expect(
                TimeText.parse(text, at: Self.now, clock: Self.clock) == Timestamp(parsing: moment),
                "\(text)"
            )
        }
        for text in Self.none { #expect(TimeText.parse(text, at: Self.now, clock: Self.clock) == nil, "\(text)") }
    }

    @Test func `a filter's times are read as those of the dialog are, in quotes where they are two words`() throws {
        for (text, moment) in Self.cases {
            let moment = try #require(Timestamp(parsing: moment))
            for (name, term) in [("since", EventTerm.since(moment)), ("until", .until(moment))] {
                for spelled in ["\(name):\"\(text)\""] + (text.contains(" ") ? [] : ["\(name):\(text)"]) {
                    let read = try EventExpression(parsing: spelled, now: Self.now, clock: Self.clock)
                    #expect(read == .term(term), "\(spelled)")
                    // What is printed means the same wherever it is read.
                    #expect(try EventExpression(printed: read.description) == read)
                }
            }
        }
        for text in Self.none where !text.isEmpty {
            #expect(throws: FilterFault.self, "\(text)") {
                try EventExpression(parsing: "since:\"\(text)\"", now: Self.now, clock: Self.clock)
            }
        }
    }

    @Test(
        arguments: [
            ("2026-11-23T21:59:59Z", 20_780), ("2026-11-23T22:00:00Z", 20_781), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T22:00:00Z", 0), ("1969-12-31T21:59:59Z", -1), ("1969-12-30T21:59:59Z", -2),
        ] as [(String, Int64)]
    )
    func `a day begins at midnight of the clock, also long ago`(text: String, day: Int64) throws {
        let moment = try #require(Timestamp(parsing: text))
        #expect(Self.clock.day(of: moment) == day)
    }

    /// As in Berlin in 2026.
    private static let turned = LocalClock { moment in
        guard let spring = Timestamp(parsing: "2026-03-29T01:00:00Z"),
            let autumn = Timestamp(parsing: "2026-10-25T01:00:00Z")
        else { return 0 }
        return spring <= moment && moment < autumn ? 7200 : 3600
    }

    @Test(
        arguments: [
            ("2026-11-23T18:07:03Z", "2026-07-01 12:00", "2026-07-01T10:00:00Z"),
            ("2026-11-23T18:07:03Z", "2026-07-01T12:00:00.5", "2026-07-01T10:00:00.500Z"),
            ("2026-11-23T18:07:03Z", "07-01", "2026-06-30T22:00:00Z"),
            ("2026-11-23T18:07:03Z", "11-01", "2026-10-31T23:00:00Z"),
            ("2026-07-01T10:00:00Z", "01-15 12:00", "2026-01-15T11:00:00Z"),
            // The day of 25 hours.
            ("2026-10-25T08:00:00Z", "today", "2026-10-24T22:00:00Z"),
            ("2026-10-25T08:00:00Z", "8:30", "2026-10-25T07:30:00Z"),
            ("2026-10-25T08:00:00Z", "10:00", "2026-10-24T08:00:00Z"),
            ("2026-10-25T08:00:00Z", "yesterday 14:00", "2026-10-24T12:00:00Z"),
            ("2026-10-27T08:00:00Z", "saturday", "2026-10-23T22:00:00Z"),
            // Shown twice, and never.
            ("2026-10-25T08:00:00Z", "02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25T08:00:00Z", "03:00", "2026-10-25T02:00:00Z"),
            ("2026-03-29T08:00:00Z", "02:30", "2026-03-29T01:30:00Z"),
            ("2026-03-29T08:00:00Z", "03:00", "2026-03-29T01:00:00Z"),
            // Durations are no readings of a clock.
            ("2026-10-25T08:00:00Z", "24h", "2026-10-24T08:00:00Z"),
        ]
    )
    func `a moment is read from the clock as it stood then`(now: String, text: String, moment: String) throws {
        let now = try #require(Timestamp(parsing: now))
        let moment = try #require(Timestamp(parsing: moment))
        #expect(TimeText.parse(text, at: now, clock: Self.turned) == moment)
        let read = try EventFilter(parsing: "since:\"\(text)\"", now: now, clock: Self.turned)
        #expect(read.from == moment)
    }

    @Test(
        arguments: [
            ("2027-01-02T12:00:00Z", "12-27", "2026-12-27T00:00:00Z"),
            ("2027-01-02T12:00:00Z", "12-27 09:30", "2026-12-27T09:30:00Z"),
            ("2027-01-02T12:00:00Z", "01-02", "2027-01-02T00:00:00Z"),
            ("2027-01-02T12:00:00Z", "01-03", "2026-01-03T00:00:00Z"),
            ("2027-02-28T12:00:00Z", "03-01", "2026-03-01T00:00:00Z"),
            ("2027-02-28T12:00:00Z", "02-28", "2027-02-28T00:00:00Z"),
            ("2027-02-28T12:00:00Z", "02-29", "2024-02-29T00:00:00Z"),
            ("2028-02-28T12:00:00Z", "02-29", "2024-02-29T00:00:00Z"),
            ("2028-02-29T00:00:00Z", "02-29", "2028-02-29T00:00:00Z"),
            // 2100 is no leap year.
            ("2104-02-28T12:00:00Z", "02-29", "2096-02-29T00:00:00Z"),
        ]
    )
    func `a date without its year is the last one that has begun`(now: String, text: String, moment: String) throws {
        let now = try #require(Timestamp(parsing: now))
        let moment = try #require(Timestamp(parsing: moment))
        #expect(TimeText.parse(text, at: now, clock: .utc) == moment)
        let until = try EventFilter(json: .string("until:\"\(text)\""), now: now)
        #expect(until.whole.description == "until:\(moment.iso)")
    }

    @Test func `a date has begun where the reader is, also in a year that the reader's clock is in first`() throws {
        let now = try #require(Timestamp(parsing: "2026-12-31T23:00:00Z"))
        let moment = try #require(Timestamp(parsing: "2026-12-31T22:00:00Z"))
        #expect(TimeText.parse("01-01", at: now, clock: Self.clock) == moment)
        #expect(TimeText.parse("01-01", at: now, clock: .utc) == Timestamp(parsing: "2026-01-01"))
    }

    @Test func `what a clock shows at a moment is read as that moment, but for what it shows twice`() throws {
        let begin = try #require(Timestamp(parsing: "2026-01-01T00:00:00Z"))
        for hour in 0..<Int64(365 * 24) {
            let moment = begin.advanced(bySeconds: hour * 3600)
            let read = Self.turned.moment(of: Self.turned.reading(at: moment))
            let isSecond = moment == Timestamp(parsing: "2026-10-25T01:00:00Z")
            #expect(read == (isSecond ? moment.advanced(bySeconds: -3600) : moment), "\(moment.iso)")
        }
    }

    @Test func `the API knows of no clock but its own`() throws {
        let filter = try EventFilter(json: "since:\"yesterday 14:00\" until:today", now: Self.now)
        #expect(filter.whole.description == "since:2026-11-22T14:00:00Z until:2026-11-23T00:00:00Z")
    }

    @Test func `the days that are offered begin before now, each another one`() {
        let days = TimeText.days.compactMap { TimeText.parse($0, at: Self.now, clock: Self.clock) }
        #expect(days.count == 9 && Set(days).count == 7)
        for day in days {
            #expect(day <= Self.now && Self.now.since(day) < 7 * 86_400_000)
            #expect(day.advanced(bySeconds: Int64(Self.offset)).timePart == "00:00:00")
        }
    }

    @Test func `whatever is written is a moment that can be written, or none`() async {
        let parts =
            TimeText.days + ["-", "2h", "14:05", "2026", "11", "t", " ", ":", "Z", "+01:00", "999999999d", "0", "é"]
        await Fuzz.run("times", rounds: 4000) { hostile, note in
            let text = hostile.words(of: parts, atMost: 6)
            note(text)
            let now = hostile.one(of: [Self.now, .distantPast, Timestamp(milliseconds: .max)], or: Self.now)
            let offset = hostile.one(of: [0, 7200, -43_200, 50_400], or: 0)
            let moment = TimeText.parse(text, at: now, clock: LocalClock(utcOffset: offset))
            #expect(moment.map { Timestamp.writable.contains($0) } ?? true)
        }
    }
}
