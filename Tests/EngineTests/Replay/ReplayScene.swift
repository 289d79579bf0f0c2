import Domain
import Engine
import EngineAPI
import Primitives

// What tests of bulk replays begin with and wait for.

extension EngineOptions {
    /// Holds a callback after so many failures, for half a minute at a time.
    mutating func hold(after failures: Int) {
        breakerThreshold = failures
        breakerSchedule = [30_000]
    }
}

extension EngineFixture {
    /// The bulk replay as it is once it has completed; time goes by until then.
    func ended(_ job: ReplayJob, _ clock: ManualClock) async throws -> ReplayJob {
        try await engine.waitUntil {
            if try await client.replayJob(job.id).state == .completed { return true }
            clock.advance(seconds: 1)
            return false
        }
        return try await client.replayJob(job.id)
    }
}

extension EventSummary {
    /// An update, of a record of its own unless one is named; of a delivered notification, or of none.
    static func sample(
        _ sequence: Int64,
        _ record: String? = nil,
        notification: Int64? = nil,
        replay: AttemptOutcome? = nil
    ) -> EventSummary {
        let moment = Timestamp(seconds: sequence)
        return EventSummary(
            sequence: sequence,
            eventID: "e\(sequence)",
            instanceID: 1,
            object: "Account",
            recordID: record ?? "r\(sequence)",
            recordName: nil,
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: moment,
            receivedAt: moment,
            changedFieldNames: [],
            delivery: notification.map {
                Delivery(
                    notificationID: $0,
                    instanceID: 1,
                    state: .delivered,
                    attempts: 1,
                    nextAttempt: nil,
                    createdAt: moment,
                    lastReplay: replay.map { ReplayOutcome(at: moment, milliseconds: 1, outcome: $0) }
                )
            }
        )
    }
}
