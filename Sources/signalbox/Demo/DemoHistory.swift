import Domain
import Engine
import EngineAPI
import Primitives
import SimulatedOrg
import Store

/// An hour of an org at work, as it would be stored if the demo had run all the while: what there is to look at before the
/// first event arrives.
///
/// The org lives through the hour first, and what polls would have seen of it is kept; once there is an instance, that goes
/// through the store's own decisions, so that later polls know every record.
struct DemoHistory: Sendable {
    static let minutes = 60
    /// A minute brings so many changes at most.
    private static let mostChanges = 7

    /// What a poll finds.
    private struct Poll: Sendable {
        let moment: Timestamp
        let observations: [Observation]
    }

    private let start: Timestamp
    private let polls: [Poll]

    private init(start: Timestamp, polls: [Poll]) {
        self.start = start
        self.polls = polls
    }

    /// Lets the org live through an hour, which ends `now`; its clock is as much later afterwards.
    static func lived(by org: Org, objects: [String], now: Timestamp, seed: UInt64) async throws -> DemoHistory {
        let start = now.advanced(bySeconds: Int64(-60 * minutes))
        var random = SeededGenerator(seed: seed)
        var polls = [Poll(moment: start, observations: try await observations(of: known(to: org, objects), in: org))]
        var seen = await org.history().last?.sequence ?? 0
        for minute in 1...minutes {
            await passMinute(changes: Int.random(in: 0...mostChanges, using: &random), in: org)
            let history = await org.history(since: seen)
            seen = history.last?.sequence ?? seen
            let changed = history.map { Record(object: $0.object, id: $0.id) }.filter { objects.contains($0.object) }
            let moment = start.advanced(bySeconds: Int64(60 * minute))
            polls.append(Poll(moment: moment, observations: try await observations(of: changed, in: org)))
        }
        return DemoHistory(start: start, polls: polls)
    }

    private struct Record: Sendable, Hashable {
        let object: String
        let id: String
    }

    private static func known(to org: Org, _ objects: [String]) async throws -> [Record] {
        var records: [Record] = []
        for object in objects {
            let ids = try await org.ids(object)
            records += ids.map { Record(object: object, id: $0) }
        }
        return records
    }

    private static func passMinute(changes: Int, in org: Org) async {
        guard changes > 0 else { return await org.advanceClock(seconds: 60) }
        let step = 60 / changes
        for _ in 0..<changes {
            await org.advanceClock(seconds: step)
            await org.act()
        }
        await org.advanceClock(seconds: 60 - step * changes)
    }

    /// Each record once, as it is now.
    private static func observations(of records: [Record], in org: Org) async throws -> [Observation] {
        var observed: Set<Record> = []
        var observations: [Observation] = []
        for record in records where observed.insert(record).inserted {
            let json = try await org.record(record.object, record.id)
            if let json, let observation = try observation(of: record, json) { observations.append(observation) }
        }
        return observations
    }

    private static func observation(of record: Record, _ json: JSON) throws -> Observation? {
        let fields = try RecordFields(parsing: json.text)
        guard let stamp = fields.string("SystemModstamp").flatMap({ Timestamp(parsing: $0) }) else { return nil }
        return Observation(
            kind: .row,
            object: record.object,
            recordID: record.id,
            stamp: stamp,
            createdDate: fields.string("CreatedDate").flatMap { Timestamp(parsing: $0) },
            isDeleted: fields.bool("IsDeleted") ?? false,
            fields: fields
        )
    }

    /// Stores the hour's events, and what became of each at the callback.
    func store(in store: any IntakeStore & DeliveryStore, for instance: InstanceOverview) async throws {
        let owner = ClaimOwner(node: "demo")
        var callback = DemoCallback(url: instance.configuration.callbackURL)
        for (index, poll) in polls.enumerated() where !poll.observations.isEmpty {
            let policy = ChangeDecision.Policy(baseline: start, isBaselineRead: index == 0)
            let batch = IntakeBatch(
                instanceID: instance.id,
                instanceName: instance.name,
                instanceTags: instance.tags,
                observations: poll.observations,
                policies: Dictionary(uniqueKeysWithValues: instance.configuration.objects.map { ($0, policy) }),
                source: .polling,
                pollDate: poll.moment,
                receivedAt: poll.moment,
                filterNulls: instance.configuration.filterNulls,
                hasCallback: true
            )
            var ready = try await store.append(batch).ready
            while !ready.isEmpty {
                let ways = try await store.outgoing(ready).map { callback.results(of: $0, at: poll.moment) }
                ready = []
                // The first attempts of all of them, then the second ones: few commits, as a dispatcher makes.
                for attempt in 0..<(ways.map(\.count).max() ?? 0) {
                    let results = ways.compactMap { attempt < $0.count ? $0[attempt] : nil }
                    ready += try await store.record(results, by: owner)
                }
            }
        }
    }
}

/// The callback of the demo during the hour before it: it answers as that of the demo does.
private struct DemoCallback {
    let url: String
    private var random = SeededGenerator(seed: 5)
    private var count = 0

    init(url: String) { self.url = url }

    /// What is sent in vain waits for the next step of the demo's ladder.
    mutating func results(of notification: OutgoingNotification, at moment: Timestamp) -> [DeliveryResult] {
        count += 1
        let steps = DemoScene.retryPolicy.delays.map { Optional($0) } + [nil]
        let isBroken = notification.body.events.contains { DemoScene.isBroken($0.eventID) }
        let failures = isBroken ? steps.count : count % DemoScene.refusedEvery == 0 ? 1 : 0
        var began = moment.advanced(byMilliseconds: 120)
        var results: [DeliveryResult] = []
        for (index, step) in steps.enumerated().prefix(min(failures + 1, steps.count)) {
            let isRefused = index < failures
            let answer = isRefused ? DemoScene.refusal(isBroken: isBroken) : ListenerAnswer(status: 200)
            let milliseconds = Int.random(in: 2...9, using: &random) * Int.random(in: 1...6, using: &random)
            let next = step.map { began.advanced(byMilliseconds: Int64($0)) }
            results.append(
                DeliveryResult(
                    attempt: Attempt(
                        notificationID: notification.body.notificationID,
                        number: index + 1,
                        isReplay: false,
                        startedAt: began,
                        milliseconds: milliseconds,
                        url: url,
                        outcome: .response(status: answer.status),
                        responseHeaders: [.init(name: "Content-Type", value: "application/json")],
                        responseBody: Array(answer.body.text.utf8)
                    ),
                    state: !isRefused ? .delivered : next == nil ? .dead : .retrying,
                    nextAttempt: isRefused ? next : nil
                )
            )
            began = next ?? began
        }
        return results
    }
}
