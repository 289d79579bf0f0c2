import Domain
import Testing

@testable import Engine

/// What a bulk replay sends of a batch, and what it counts of notifications with several events.
struct ReplayBatchTests {
    @Test func `the others of a notification get what became of the one that it went out with`() {
        let batch = ReplayBatch(
            [
                .sample(2, notification: 1), .sample(3, notification: 1), .sample(4, notification: 4),
                .sample(5, notification: 4), .sample(6, notification: nil),
            ],
            after: 0
        )
        #expect(batch.carriers.map(\.sequence) == [2, 4, 6])
        let outcomes = batch.outcomes(of: [2: .failed("answered 500"), 4: .succeeded, 6: .failed("none")])
        let expected: [Int64: ReplayBatch.Outcome] = [
            2: .failed("answered 500"), 3: .failed("answered 500"), 4: .succeeded, 5: .succeeded, 6: .failed("none"),
        ]
        #expect(outcomes == expected)
    }

    @Test func `across batches it is what the delivery's last replay came to, and one without any goes out`() {
        let failed = AttemptOutcome.response(status: 503)
        let batch = ReplayBatch(
            [.sample(3, notification: 1, replay: failed), .sample(4, notification: 1, replay: failed)],
            after: 2
        )
        #expect(batch.carriers.isEmpty)
        let outcomes = batch.outcomes(of: [:])
        let expected: [Int64: ReplayBatch.Outcome] = [3: .failed("answered 503"), 4: .failed("answered 503")]
        #expect(outcomes == expected)
        let unknown = ReplayBatch([.sample(3, notification: 1), .sample(4, notification: 1)], after: 2)
        #expect(unknown.carriers.map(\.sequence) == [3])
        // An earlier replay of what comes first in its batch is not this job's.
        let former = ReplayBatch([.sample(1, notification: 1, replay: failed)], after: 0)
        #expect(former.carriers.map(\.sequence) == [1])
    }

    @Test func `the first that can be sent and was not delivered yet is the next probe`() {
        let batch = ReplayBatch(
            [
                .sample(1, notification: 1), .sample(2, notification: 1), .sample(3, notification: nil),
                .sample(4, notification: 4), .sample(5, notification: 5),
            ],
            after: 0
        )
        #expect(batch.unsent([:])?.sequence == 1)
        #expect(batch.unsent([1: .succeeded, 4: .failed("answered 503")])?.sequence == 4)
        #expect(batch.unsent([1: .succeeded, 4: .succeeded])?.sequence == 5)
        #expect(batch.unsent([1: .succeeded, 4: .succeeded, 5: .succeeded]) == nil)
        #expect(batch.outcomes(of: [1: .succeeded])[3] == .nothingToSend)
    }
}
