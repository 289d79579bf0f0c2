import Domain
import EngineAPI
import Primitives
import Testing

/// A value of the engine's interface with the tests that hold for each.
struct WireSample: Sendable, CustomTestStringConvertible {
    let name: String
    let json: JSON
    /// What comes back of some JSON, written again; throws where it can't be read.
    let again: @Sendable (JSON) throws -> JSON
    /// Whether exactly this value comes back.
    let comesBack: @Sendable () throws -> Bool

    var testDescription: String { name }

    init<Value: WireValue & Equatable>(_ value: Value, _ name: String = "\(Value.self)") {
        self.name = name
        json = value.wire
        again = { try Value(wire: $0).wire }
        comesBack = { try Value(wire: try JSON(parsing: value.wire.bytes)) == value }
    }
}

extension WireSample {
    static let moment = Timestamp(milliseconds: 1_795_000_000_123)

    static let delivery = Delivery(
        notificationID: 7,
        instanceID: 401,
        state: .retrying,
        attempts: 2,
        nextAttempt: moment,
        createdAt: moment,
        lastStatus: 503,
        lastMilliseconds: 14,
        lastError: "answered 503",
        lastReplay: ReplayOutcome(at: moment, milliseconds: 3, outcome: .failure("No \u{0} answer \u{1F600}")),
        sendingSince: moment
    )

    private static let summary = EventSummary(
        sequence: 1,
        eventID: "e",
        instanceID: 401,
        object: "Account",
        recordID: "001i000001hB60bAAC",
        recordName: nil,
        change: .deleted,
        isUndelete: false,
        source: .polling,
        date: moment,
        receivedAt: moment,
        changedFieldNames: ["Email"],
        delivery: delivery,
        onlyChange: FieldChange(name: "Email", old: nil, new: "\"a\""),
        changedBy: "Ada"
    )

    private static let statistics: EngineStatistics = {
        var statistics = EngineStatistics()
        let counts = EventCounts(
            total: 9,
            byState: [.dead: 2, .queued: 1],
            byReplay: [.succeeded: 1],
            deadButReplayed: 1
        )
        statistics.instances = [401: InstanceFigures(counts: counts, perMinute: 12), 402: InstanceFigures()]
        statistics.instance = InstanceStatistics(
            id: 401,
            events: EventFigures(
                objects: [ObjectFigures(object: "Account", counts: counts)],
                callback: CallbackFigures([
                    .init(milliseconds: 14, isSuccess: true), .init(milliseconds: 20_000, isSuccess: false),
                ]),
                oldestOpen: moment,
                busiest: BusyRecords(records: [BusyRecord(newest: summary, events: 12)], since: moment)
            ),
            polls: [FinishedPoll(at: moment, milliseconds: 812, apiCalls: 2, events: 3, isFaulty: true)]
        )
        statistics.storeBytes = 1 << 40
        statistics.freeBytes = 0
        statistics.retention = RetentionFigures(
            policy: RetentionPolicy(age: 90 * 86_400_000, events: 1_000_000, bytes: 20 << 30),
            oldest: moment,
            dueWithinDay: 1204,
            purged: 7,
            problem: "The store holds too much."
        )
        statistics.nodes = [
            NodeFigures(name: "one", version: "1.0", isAsked: true, instances: [401], sinceSign: 812),
            NodeFigures(name: "two", version: "1.0", isAsked: false, instances: [], sinceSign: nil),
        ]
        return statistics
    }()

    private static let attempt = Attempt(
        id: 3,
        notificationID: 7,
        number: 2,
        isReplay: true,
        startedAt: moment,
        milliseconds: 14,
        firstByteMilliseconds: 9,
        phases: AttemptPhases(resolve: 0, connect: 3, isReused: true),
        url: "https://a.example/b",
        outcome: .response(status: 500),
        responseHeaders: [.init(name: "Server", value: "x\"y")],
        responseBody: [0, 255, 10, 13]
    )

    private static let event = ChangeEvent(
        sequence: 9_007_199_254_740_993,
        eventID: "vIGxWmZ0jXqKk4Gc3bHs",
        instanceID: 401,
        object: "Account",
        recordID: "001i000001hB60bAAC",
        change: .updated,
        isUndelete: true,
        masterRecordID: "001i000001hB60cAAC",
        source: .outboundMessage,
        date: moment,
        pollDate: moment,
        receivedAt: moment,
        record: #"{"Id":"001i000001hB60bAAC","Amount":1.50}"#,
        webhookEnvelope: "{}",
        previousRecord: #"{"Amount":1.5e0}"#,
        changedFields: [FieldChange(name: "Amount", old: "1.5e0", new: nil)],
        recordName: "Ada",
        notificationID: 7
    )

    static var filter: EventFilter {
        var filter = EventFilter()
        filter.instanceIDs = [401, 402]
        filter.objects = ["Account"]
        filter.changes = [.created]
        filter.states = [.dead, .held]
        filter.replays = [.failed]
        filter.from = moment
        filter.recordID = "001i000001hB60bAAC"
        return filter
    }

    /// With every setting other than a new instance's.
    static var configuration: InstanceConfiguration {
        var configuration = InstanceConfiguration()
        for key in ConfigurationKey.allCases {
            if let path = key.setting.secret {
                configuration[keyPath: path] = Secret("secret of \(key.rawValue)")
                continue
            }
            let value: JSON =
                switch key.setting.kind {
                case .flag: .string(key.setting.standard == "true" ? "false" : "true")
                case .number(let range, _):
                    .integer(range.upperBound == Int(key.setting.standard) ? range.lowerBound : range.upperBound)
                case .choice(let words): .string(words.last { $0 != key.setting.standard } ?? "")
                case .objects: "Account,Invoice__c"
                case .start: "backfill"
                case .text: .string("https://elsewhere.example/\(key.rawValue)")
                }
            _ = configuration.set(key, to: value)
        }
        configuration.others = ["some.key": "a\nb", "other": ""]
        return configuration
    }

    private static let notices: [WireSample] =
        ([.stored(count: 3, lastSequence: 9), .deliveries([1, 2]), .deliveries([]), .instance(4), .instancesChanged]
        as [EngineNotice]).map { WireSample($0, "EngineNotice \($0)") }

    private static var authors: PageRequest {
        var request = PageRequest()
        request.withAuthors = true
        return request
    }

    /// One of each type at least, each member set once and, where it may be, left out once.
    static let all: [WireSample] =
        overviews + failures + notices + [
            WireSample(draft),
            WireSample(InstanceDraft(name: "", configuration: .init()), "bare InstanceDraft"),
            WireSample(DeletionReport("Its Apex was removed from the org.")),
            WireSample(DeletionReport(nil), "no DeletionReport"),
            WireSample(InstanceConfiguration(), "new InstanceConfiguration"),
            WireSample(configuration, "InstanceConfiguration"),
            WireSample(
                BrowserAuthorization(state: "s", url: "https://a.example", redirectURL: "http://b", expires: moment)
            ),
            WireSample(AuthorizationProgress.waiting, "waiting"), WireSample(AuthorizationProgress.granted, "granted"),
            WireSample(AuthorizationProgress.refused(reason: "no"), "refused"),
            WireSample(PageRequest(direction: .oldestFirst, after: 4, limit: 50, filter: filter, patience: 250)),
            WireSample(EventPage([], reach: .init(sequence: 4, moment: moment, newest: 9)), "EventPage"),
            WireSample(EventPage([], reach: .init(sequence: 4, moment: nil, newest: 9)), "EventPage without a moment"),
            WireSample(EventPage([]), "bare EventPage"),
            WireSample(authors, "PageRequest with authors"), WireSample(PageRequest(), "bare PageRequest"),
            WireSample(filter), WireSample(EventFilter(), "no filter"),
            WireSample(summary),
            WireSample(EventDetail(event: event, delivery: delivery, attempts: [attempt], body: [0, 200, 65])),
            WireSample(EventDetail(event: event, delivery: nil, attempts: [], body: []), "bare EventDetail"),
            WireSample(
                EventCounts(
                    total: 9,
                    byState: [.dead: 4, .none: 5],
                    byReplay: [.failed: 1],
                    deadButReplayed: 2,
                    isCut: true,
                    indexPercent: 42
                )
            ),
            WireSample(EventCounts(), "bare EventCounts"),
            WireSample(HistogramRequest(filter, .sequences(cut: 7), bins: 80)),
            WireSample(HistogramRequest(filter, .times(from: moment, to: moment), bins: 1), "HistogramRequest by time"),
            WireSample(HistogramRequest(EventFilter(), .sequences(cut: nil), bins: 512), "bare HistogramRequest"),
            WireSample(EventHistogram(bins: [.init(start: 1, events: 4, failures: 1)], isCut: true)),
            WireSample(ActivitySummary(since: moment, events: [1_795_000_000: 4, 1_795_000_010: 1])),
            WireSample(
                AuditEntry(
                    id: 7,
                    at: moment,
                    actor: "terminal ada",
                    action: .replayEvent,
                    instance: 401,
                    subject: "e",
                    failure: "It failed."
                )
            ), WireSample(AuditEntry(at: moment, actor: "a", action: .other, instance: nil), "bare AuditEntry"),
            WireSample(
                FailureGroup(
                    status: 500,
                    error: "answered 500",
                    events: 7,
                    objects: ["Account"],
                    answers: ["no such queue"],
                    since: moment,
                    last: moment
                )
            ),
            WireSample(
                FailureGroup(
                    status: nil,
                    error: "refused",
                    events: 1,
                    objects: [],
                    answers: [],
                    since: moment,
                    last: moment,
                    isReplay: true
                ),
                "no answer"
            ),
            WireSample(
                SignedRequest(
                    url: "https://x.example",
                    headers: [.init(name: "webhook-id", value: "e")],
                    body: [123, 125],
                    signedAt: moment
                )
            ),
            WireSample(statistics), WireSample(EngineStatistics(), "no EngineStatistics"),
            WireSample(attempt),
            WireSample(ReplayOptions(callbackURL: "https://x.example", notification: [1, 2, 255])),
            WireSample(ReplayOptions(), "no ReplayOptions"), WireSample(ReplayPreview(count: 3, eventIDs: ["a", "b"])),
            WireSample(job), WireSample(poll), WireSample(apex),
            WireSample(ApexStatus(deployed: nil, receiverURL: ""), "no Apex"),
            WireSample(ApexFile("a/b.cls", "public class B {}", holdsSecret: true)),
            WireSample(
                ObjectDescription(
                    name: "Account",
                    label: "Accounts",
                    isCustom: false,
                    isQueryable: true,
                    isReplicateable: true,
                    isTriggerable: false
                )
            ),
            WireSample(EngineOrder.Switch(isEnabled: true)),
            WireSample(EngineOrder.Authorization(configuration: configuration, instance: 4)),
            WireSample(EngineOrder.Reply("code")), WireSample(EngineOrder.BulkReplay(filter: filter, rate: 5)),
            WireSample(EngineOrder.ReplayChange(isPaused: false, rate: nil)),
            WireSample(EngineOrder.CallbackTest(url: "u", signatureKey: "k", instance: 4)),
            WireSample(EngineOrder.NewKey(key: "k")), WireSample(KeyChange(instances: 2, key: "the key file")),
            WireSample(EngineOrder.Backlogs(change: .cancel, object: "Account")),
            WireSample(EngineOrder.Hold(reason: nil)), WireSample(EngineOrder.ApexPermission(allowsProduction: true)),
        ]
}
