import Domain
import Primitives
import Testing

@testable import Engine
@testable import Salesforce

struct SourceReportTests {
    private static let early = Timestamp(seconds: 1_800_000_000)
    private static let late = early.advanced(bySeconds: 60)

    /// By how grave they are.
    private static let states: [SourceState] = [
        .live(lastSuccess: early), .connecting, .degraded(reason: "A.", since: early, lastSuccess: nil),
        .overdue(reason: "B.", since: early, lastSuccess: nil), .needsAttention(reason: "C.", since: early), .stopped,
    ]

    @Test func `of two sources the graver state is shown, whichever comes first`() {
        for (index, first) in Self.states.enumerated() {
            for (other, second) in Self.states.enumerated() {
                #expect(first.joined(second).word == Self.states[max(index, other)].word)
                #expect(first.joined(second).word == second.joined(first).word)
            }
        }
    }

    @Test func `two degraded sources say both reasons, since the first one's moment`() {
        let first = SourceState.degraded(reason: "A.", since: Self.early, lastSuccess: Self.early)
        let second = SourceState.degraded(reason: "B.", since: Self.late, lastSuccess: Self.late)
        #expect(
            first.joined(second) == .degraded(reason: "A. B.", since: Self.early, lastSuccess: Self.late)
        )
    }

    @Test func `the last success is the latest of any source`() {
        let trouble = SourceState.degraded(reason: "A.", since: Self.early, lastSuccess: nil)
        #expect(
            SourceState.live(lastSuccess: Self.late).joined(trouble)
                == .degraded(reason: "A.", since: Self.early, lastSuccess: Self.late)
        )
        #expect(
            SourceState.live(lastSuccess: Self.early).joined(.live(lastSuccess: Self.late))
                == .live(lastSuccess: Self.late)
        )
        #expect(
            SourceState.needsAttention(reason: "C.", since: Self.late).joined(.live(lastSuccess: Self.early))
                == .needsAttention(reason: "C.", since: Self.late, lastSuccess: Self.early)
        )
    }

    @Test func `a source that has nothing to say changes nothing`() {
        let record = PollerRecord(instanceID: 1, object: "Account")
        var poller = SourceReport(state: .live(lastSuccess: Self.early), records: [record])
        poller.nextPoll = Self.late
        #expect(SourceReport.joined([SourceReport(), poller, SourceReport()]) == poller)
        #expect(SourceReport.joined([]) == SourceReport())
    }

    @Test func `the next poll is the first of any source, and one that asks now is seen`() {
        let first = SourceReport(providerMessage: "busy", nextPoll: Self.late, isPolling: false)
        let second = SourceReport(providerMessage: "other", nextPoll: Self.early, isPolling: true)
        let sum = SourceReport.joined([first, second])
        #expect(sum.nextPoll == Self.early && sum.isPolling && sum.providerMessage == "busy")
    }

    @Test func `what is stored is shown of an instance that another node works for`() {
        var configuration = InstanceConfiguration()
        configuration.objects = ["Account", "Contact"]
        let instance = Instance(
            id: 1,
            name: "one",
            tags: [],
            token: "t",
            configuration: configuration,
            receiverToken: "r",
            receiverSecret: "whsec_AAAA",
            createdDate: Self.early,
            updatedDate: Self.early
        )
        var report = SourceReport()
        report.backlogs = [BackfillProgress(object: "Contact", rows: 1, total: 2)]
        var backlog = Backlog()
        backlog.add(BacklogSpan(from: nil, to: Self.late, position: nil, deletedFrom: nil, total: 50))
        backlog.isPaused = true
        let cursor = PollerRecord(instanceID: 1, object: "ACCOUNT", cursor: Self.early, nextPoll: Self.late)
        report.show([cursor, backlog.position(1, of: "Account")], of: instance)
        #expect(report.records.map(\.cursor) == [Self.early, nil])
        #expect(report.records.map(\.object) == ["ACCOUNT", "Contact"])
        #expect(report.nextPoll == Self.late)
        #expect(report.backlogs.map(\.object) == ["Account"])
        // Of how many is said once a page of its own was read.
        #expect(report.backlogs.first?.isPaused == true && report.backlogs.first?.total == nil)
    }
}
