import Domain
import Primitives
import Testing

@testable import Salesforce

/// The values that an object's poll is made of, each by itself.
struct PollStateTests {
    private static let start = Timestamp(seconds: 1_795_456_800)
    private static let day: Int64 = 86_400_000

    private static func days(_ count: Int64) -> Timestamp { start.advanced(bySeconds: count * 86_400) }

    private static func page(_ rows: Int, isDone: Bool = true) -> QueryPage {
        QueryPage(totalSize: rows, isDone: isDone, rows: Array(repeating: RecordFields(), count: rows))
    }

    // MARK: Limits

    @Test func `an answer that reaches the limit of its query is not the last`() {
        var limit = RowLimit(3)
        limit.begin(3)
        let first = limit.counted(Self.page(2, isDone: false))
        let full = limit.counted(Self.page(1))
        #expect(!first.isDone && !full.isDone)
        limit.begin(3)
        let short = limit.counted(Self.page(2))
        #expect(short.isDone)
        limit.begin(nil)
        let unlimited = limit.counted(Self.page(2000))
        #expect(unlimited.isDone)
    }

    @Test(arguments: [(nil, 200), (2000, 200), (300, 150), (2, 1), (1, nil)] as [(Int64?, Int64?)])
    func `fewer rows are asked for down to one`(rows: Int64?, fewer: Int64?) {
        var limit = RowLimit(rows)
        limit.begin(rows)
        #expect(limit.fewer == fewer)
    }

    @Test func `fewer records are asked for by id down to one`() {
        var limit = RowLimit(nil)
        var widths: [Int] = []
        while limit.narrowRetrieval() { widths.append(limit.retrieveWidth) }
        #expect(widths == [500, 125, 31, 7, 1])
    }

    @Test func `a span is halved a few times and steps over empty years`() {
        var limit = SpanLimit(nil)
        let read = ObjectPoll.Read(.window, lower: Self.start, start: Self.days(30), readsLog: true)
        limit.begin(read, horizon: Self.days(30))
        #expect(!limit.isBounded && limit.end == nil)
        var spans: [Int64?] = []
        for _ in 0..<4 {
            limit.narrow(read, known: nil, horizon: Self.days(30))
            spans.append(limit.milliseconds)
        }
        #expect(spans == [Self.day, Self.day / 2, Self.day / 4, Self.day / 8])
        #expect(limit.isShortest && !limit.isExhausted)
        limit.begin(read, horizon: Self.days(30))
        #expect(limit.end == Self.start.advanced(byMilliseconds: Self.day / 8))
        limit.finishPart(isEmpty: true, known: Self.day / 8)
        #expect(limit.milliseconds == Self.day / 2 && !limit.isShortest)
        // Back to what was given before, which is no halving.
        limit.narrow(read, known: Self.day / 8, horizon: Self.days(30))
        #expect(limit.milliseconds == Self.day / 8 && !limit.isShortest)
        for _ in 0..<5 { limit.narrow(read, known: nil, horizon: Self.days(30)) }
        #expect(limit.isExhausted)
    }

    @Test func `a span grows again once a poll has no timeout`() {
        let quiet = SpanLimit(Self.day / 2)
        #expect(quiet.widened(Self.day / 2) == Self.day)
        #expect(quiet.widened(Self.day) == nil)
        var slow = quiet
        let read = ObjectPoll.Read(.window, lower: Self.start, start: Self.days(1), readsLog: true)
        slow.narrow(read, known: Self.day / 2, horizon: Self.days(1))
        #expect(slow.widened(Self.day / 4) == Self.day / 4)
    }

    @Test func `the log of updates is asked for half of a span that held too much`() {
        var reading = UpdateLogReading()
        let (from, to) = (Self.start, Self.days(1))
        #expect(reading.end(from: from, to: to) == to)
        let isHalved = reading.halve(from: from, to: to)
        #expect(isHalved && reading.end(from: from, to: to) == from.advanced(bySeconds: 43_200))
        #expect(reading.end(from: to, to: Self.days(2)) == Self.days(2))
        let isShorter = reading.halve(from: from, to: from.advanced(bySeconds: 120))
        #expect(!isShorter)
    }

    // MARK: Reads and logs

    @Test func `a closing read does not count as what was read last`() {
        var reads = ReadQueue()
        reads.plan([.init(.window, lower: Self.start, start: Self.days(1), readsLog: true)])
        reads.insertNext(.init(.closing, start: Self.days(1), readsLog: false))
        reads.begin(at: Self.days(1))
        #expect(reads.current?.lower == Self.days(1) && reads.current?.from == Self.days(1) && reads.readsLog)
        let kinds = [reads.finish(), reads.finish()]
        #expect(kinds == [.window, .closing] && reads.lastKind == .window && reads.isEmpty)
    }

    @Test func `what no row reports is left of the log, oldest first`() throws {
        var log = LogReading()
        let entries = ["c", "a", "b", "d"].enumerated()
            .map { DeleteLog.Entry(recordID: $0.element, date: Self.days(4 - Int64($0.offset))) }
        let span = log.span(from: Self.start, floor: Self.days(-14), to: Self.days(5))
        #expect(span?.0 == Self.start && log.word == nil)
        var answer = try DeleteLog(JSON(parsing: #"{"deletedRecords":[]}"#))
        (answer.entries, answer.covered) = (entries, Self.days(4))
        log.accept(answer, to: Self.days(6), since: Self.days(2))
        log.acceptRow(of: "a")
        #expect(log.left.map(\.recordID) == ["b", "c"])
        #expect(log.word == OrgWord(covered: Self.days(4), isWhole: true))
        log.doubt(log.left)
        log.failVerifying()
        #expect(log.unverified.isEmpty && log.word == nil)
    }

    @Test func `rows wait for a log that is asked again`() {
        var log = LogReading()
        let isHalved = log.halve(from: Self.start, to: Self.days(1))
        #expect(isHalved && log.mustRepeatRows && log.isUnread)
        log.beginRows()
        #expect(!log.mustRepeatRows)
        let isLater = log.shorten(from: Self.start, to: [Self.days(2), Self.days(-1), Self.days(1)])
        #expect(isLater && log.start == Self.days(1) && log.isLate && log.mustRepeatRows)
        // It began before that; the minute in which it does is too early, and so is the next one.
        let isWidened = log.widen(to: Self.start, notBefore: .distantPast)
        #expect(isWidened && log.start == Self.start)
        let isPastBegin = log.shorten(from: Self.start, to: [])
        #expect(isPastBegin && log.start == Self.start.advanced(bySeconds: 60))
        let isBack = log.shorten(from: Self.start.advanced(bySeconds: 60), to: [])
        #expect(isBack && log.start == Self.days(1))
        let isOver = log.shorten(from: Self.days(1), to: [])
        #expect(!isOver)
    }

    // MARK: Answers

    @Test func `what is doubtful in so many polls in a row is believed`() {
        var resume = ResumeState()
        var doubts = DoubtedClaims()
        doubts.addPrefix(of: "00Q000000000001AAA")
        for _ in 1..<AnswerDoubts.mostInARow { doubts.settle(in: &resume, hasFailed: true) }
        #expect(resume.believed.isEmpty && resume.doubtful == ["00Q"])
        // A poll that failed for another reason says nothing of it; one that had no such answer does.
        DoubtedClaims().settle(in: &resume, hasFailed: true)
        #expect(resume.doubtfulPolls == Int64(AnswerDoubts.mostInARow - 1))
        doubts.settle(in: &resume, hasFailed: true)
        #expect(resume.believed == ["00Q"] && resume.doubtful.isEmpty && resume.doubtfulPolls == 0)
        doubts.settle(in: &resume, hasFailed: true)
        DoubtedClaims().settle(in: &resume, hasFailed: false)
        #expect(resume.doubtful.isEmpty && resume.doubtfulPolls == 0)
    }
}
