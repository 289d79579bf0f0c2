import Domain
import Drawing
import EngineAPI
import Interface
import Primitives
import Testing

@testable import signalbox

@Suite(.timeLimit(.minutes(20)))
struct PlainReporterTests {
    /// Delivered events with a replay each, newest first, as a store pages them.
    private static func event(_ sequence: Int64, replayedAt moment: Int64?) -> EventSummary {
        EventSummary(
            sequence: sequence,
            eventID: "event\(sequence)",
            instanceID: 1,
            object: "Account",
            recordID: "record\(sequence)",
            recordName: nil,
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: Timestamp(milliseconds: 1),
            receivedAt: Timestamp(milliseconds: 1),
            changedFieldNames: [],
            delivery: Delivery(
                notificationID: sequence,
                instanceID: 1,
                state: .delivered,
                attempts: 1,
                nextAttempt: nil,
                createdAt: Timestamp(milliseconds: 1),
                lastReplay: moment.map {
                    ReplayOutcome(at: Timestamp(milliseconds: $0), milliseconds: 3, outcome: .response(status: 200))
                }
            )
        )
    }

    private struct NotAsked: Error {}

    @Test("Where too many deliveries changed to name each, replays of ended ones are reported all the same, once")
    func unnamed() async throws {
        // Every third was replayed after the start, every fifth before it.
        let stored = (1...500).reversed().map { Self.event($0, replayedAt: $0 % 3 == 0 ? 200 : $0 % 5 == 0 ? 50 : nil) }
        let source = PlainSource(
            instances: { [] },
            events: { page in
                let wanted = stored.filter { event in
                    page.filter.replays.isEmpty || event.delivery?.lastReplay != nil
                }
                switch page.direction {
                case .newestFirst:
                    return Array(wanted.filter { $0.sequence < page.after ?? .max }.prefix(page.limit))
                case .oldestFirst:
                    return Array(wanted.reversed().filter { $0.sequence > page.after ?? 0 }.prefix(page.limit))
                }
            },
            event: { _ in throw NotAsked() }
        )
        let lines = Locked<[String]>([])
        let reporter = PlainReporter(source: source, start: Timestamp(milliseconds: 100)) { line in
            lines.withLock { $0.append(line.string) }
        }
        let (notices, continuation) = AsyncStream.makeStream(of: EngineNotice.self)
        continuation.yield(.deliveries([]))
        continuation.yield(.deliveries([]))
        continuation.finish()
        try await reporter.run(notices: notices)
        let reported = lines.withLock { $0 }
        #expect(reported.count == 166)
        #expect(reported.first?.contains("UPDATED Account record498 replay was answered 200 in 3 ms.") == true)
        #expect(Set(reported.map { $0.dropFirst(9) }).count == 166)
    }

    @Test("What is dead is sent again by a command that reaches the node at hand")
    func dead() {
        var delivery = Self.event(7, replayedAt: nil).delivery
        delivery?.state = .dead
        let sentence = delivery.map { PlainSentence.delivery($0, [], of: Self.event(7, replayedAt: nil)).string } ?? ""
        #expect(sentence.hasSuffix("; typed here, replay event7 sends it again."), "\(sentence)")
        #expect(!sentence.contains("signalbox "))
    }

    @Test("Beside polls that somebody makes the schedule is not what one waits for")
    func polledBeside() {
        let instance = InstanceOverview(
            id: 1,
            name: "Demo org",
            tags: ["demo"],
            configuration: InstanceConfiguration(),
            isDisabled: false,
            source: .live(lastSuccess: Timestamp(milliseconds: 1)),
            callback: .none,
            pollers: [],
            nextPoll: Timestamp(milliseconds: 60_000),
            isPolling: false,
            apiUsage: nil,
            receiverURL: "http://127.0.0.1:8180",
            organizationName: nil,
            isConnected: true
        )
        let extra = ExtraPolls(tags: instance.tags, seconds: 3)
        let sentence = PlainSentence.source(instance, extraPolls: extra).string
        #expect(sentence.hasSuffix("; it is polled every 3 s."), "\(sentence)")
        let other = PlainSentence.source(instance, extraPolls: ExtraPolls(tags: ["other"], seconds: 3)).string
        #expect(other.contains("the next poll is at"), "\(other)")
    }
}
