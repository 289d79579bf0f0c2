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

    private static func instance(_ source: SourceState) -> InstanceOverview {
        InstanceOverview(
            id: 1,
            name: "Demo org",
            tags: ["demo"],
            configuration: InstanceConfiguration(),
            isDisabled: false,
            source: source,
            callback: .none,
            pollers: [],
            nextPoll: Timestamp(milliseconds: 60_000),
            isPolling: false,
            apiUsage: nil,
            receiverURL: "http://127.0.0.1:8180",
            organizationName: nil,
            isConnected: true
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
        let instance = Self.instance(.live(lastSuccess: Timestamp(milliseconds: 1)))
        let extra = ExtraPolls(tags: instance.tags, seconds: 3)
        let sentence = PlainSentence.source(instance, extraPolls: extra).string
        #expect(sentence.hasSuffix("; it is polled every 3 s."), "\(sentence)")
        let other = PlainSentence.source(instance, extraPolls: ExtraPolls(tags: ["other"], seconds: 3)).string
        #expect(other.contains("the next poll is at"), "\(other)")
    }

    @Test("Times are those of this machine's clock, with the date where it isn't today")
    func times() throws {
        let east = LocalClock(utcOffset: 19_800)
        let now = try #require(Timestamp(parsing: "2026-11-23T18:07:03Z"))
        let cases = [
            ("2026-11-23T18:29:59Z", "23:59:59"), ("2026-11-23T18:30:00Z", "2026-11-24 00:00:00"),
            ("2026-11-22T18:29:59Z", "2026-11-22 23:59:59"), ("2026-11-22T18:30:00Z", "00:00:00"),
        ]
        for (moment, text) in cases {
            let moment = try #require(Timestamp(parsing: moment))
            #expect(LocalTime.sentence(moment, now: now, clock: east) == text)
            // What is said is read as the same moment.
            #expect(moment > now || TimeText.parse(text, at: now, clock: east) == moment, "\(text)")
        }
        let shown = LocalTime.clock.reading(at: Timestamp(milliseconds: 60_000))
        let day = "\(shown.datePart) \(shown.timePart)"
        let next = PlainSentence.source(Self.instance(.live(lastSuccess: nil))).string
        #expect(next.hasSuffix("; the next poll is at \(day)."), "\(next)")
        let stored = LocalTime.clock.reading(at: Timestamp(milliseconds: 1))
        let event = PlainSentence.event(Self.event(7, replayedAt: nil)).string
        #expect(event.hasPrefix("\(stored.datePart) \(stored.timePart) UPDATED"), "\(event)")
    }

    @Test("What is stopped says what stopped it")
    func stopped() {
        var instance = Self.instance(.stopped)
        instance.configuration.eventsEnabled = true
        instance.isDisabled = true
        let disabled = PlainSentence.source(instance).string
        #expect(disabled.hasSuffix("is STOPPED: it is disabled."), "\(disabled)")
        instance.isDisabled = false
        instance.configuration.eventsEnabled = false
        let off = PlainSentence.source(instance).string
        #expect(off.hasSuffix("is STOPPED: its events are switched off."), "\(off)")
        instance.configuration.eventsEnabled = true
        let between = PlainSentence.source(instance).string
        #expect(between.hasSuffix("is STOPPED."), "\(between)")
    }
}
