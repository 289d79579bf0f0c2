import Domain
import Primitives
import Testing

@testable import Store

/// What an attempt, a replay and a release may do to a delivery in each state.
struct DeliveryStepTests {
    private static let stored: [DeliveryState] = [.queued, .waiting, .retrying, .dead, .delivered, .none]

    private func delivery(_ state: DeliveryState, replay: ReplayVerdict? = nil) -> StoredDelivery {
        StoredDelivery(
            id: 7,
            instance: 1,
            state: state,
            replay: replay,
            events: [.init(record: "a", object: 1, change: .created), .init(record: "b", object: 1, change: .updated)]
        )
    }

    private func result(
        _ state: DeliveryState,
        status: Int = 500,
        isReplay: Bool = false,
        isElsewhere: Bool = false,
        isUncounted: Bool = false,
        next: Int64? = nil
    ) -> DeliveryResult {
        DeliveryResult(
            attempt: Attempt(
                notificationID: 7,
                number: 1,
                isReplay: isReplay,
                startedAt: Timestamp(seconds: 100),
                milliseconds: 14,
                url: "http://callback.example",
                outcome: .response(status: status)
            ),
            state: state,
            nextAttempt: next.map { Timestamp(seconds: $0) },
            isElsewhere: isElsewhere,
            isUncounted: isUncounted
        )
    }

    /// From each state, in the order of `stored`, where an attempt of the delivery's own leads; nil: nowhere.
    private static let attempts: [(outcome: DeliveryState, to: [DeliveryState?])] = [
        //            queued      waiting     retrying    dead        delivered   none
        (.delivered, [.delivered, .delivered, .delivered, .delivered, .delivered, .delivered]),
        (.retrying, [.retrying, nil, .retrying, nil, nil, nil]),
        (.queued, [.queued, nil, .queued, nil, nil, nil]),
        (.dead, [.dead, .dead, .dead, nil, nil, nil]),
        (.none, [DeliveryState.none, DeliveryState.none, DeliveryState.none, nil, nil, nil]),
        (.waiting, [nil, nil, nil, nil, nil, nil]),
        (.held, [nil, nil, nil, nil, nil, nil]),
    ]

    @Test func `an attempt moves what is open, and only success moves what has ended or was lost`() {
        for (outcome, expected) in Self.attempts {
            for (state, to) in zip(Self.stored, expected) {
                let step = delivery(state).step(for: result(outcome, next: 900))
                #expect(step.move?.state == to, "\(state), \(outcome)")
                #expect(step.move?.nextAttempt == (to == .retrying ? Timestamp(seconds: 900) : nil))
                #expect((step.lanes == .leaves) == (state.isOpen && to?.isOpen == false), "\(state), \(outcome)")
                #expect(step.counted == 1 && step.uncounted == 0 && step.replay == nil)
                #expect(step.last == DeliveryStep.Last(status: 500, milliseconds: 14, error: "answered 500"))
                let late = delivery(state).step(for: result(outcome, next: 900), isLate: true)
                #expect(late.move?.state == (outcome == .delivered ? .delivered : nil), "late: \(state), \(outcome)")
                #expect(late.counted == 1 && late.last == step.last)
            }
        }
    }

    @Test func `a replay makes a head delivered by success at home, and stands beside the delivery in any case`() {
        for state in Self.stored {
            for outcome in Self.stored {
                for isElsewhere in [false, true] {
                    let step = delivery(state)
                        .step(for: result(outcome, status: 204, isReplay: true, isElsewhere: isElsewhere))
                    let moves = (state == .queued || state == .retrying) && outcome == .delivered && !isElsewhere
                    #expect(step.move?.state == (moves ? .delivered : nil), "\(state), \(outcome), \(isElsewhere)")
                    #expect((step.replay == nil) == isElsewhere)
                    #expect(step.replay?.verdict ?? .succeeded == .succeeded)
                    #expect(step.counted == 0 && step.uncounted == 1 && step.last == nil)
                }
            }
        }
    }

    @Test func `an attempt that takes no rung is shown as the last one and not counted`() {
        let step = delivery(.retrying).step(for: result(.retrying, isUncounted: true, next: 700))
        #expect(step.counted == 0 && step.uncounted == 1)
        #expect(step.last?.status == 500)
        #expect(step.move == DeliveryStep.Move(state: .retrying, nextAttempt: Timestamp(seconds: 700)))
    }

    @Test func `a retry without a moment is due from its own start on`() {
        let step = delivery(.queued).step(for: result(.retrying))
        #expect(step.move?.nextAttempt == Timestamp(seconds: 100))
    }

    @Test func `what a step moves in the counters is what it moves of the delivery`() {
        for state in Self.stored {
            for before in [nil, .failed, .succeeded] as [ReplayVerdict?] {
                for outcome in Self.stored {
                    for isReplay in [false, true] {
                        let old = delivery(state, replay: before)
                        let step = old.step(for: result(outcome, status: 200, isReplay: isReplay))
                        let (new, changes) = old.after(step)
                        var counted = Self.counted(old)
                        for (facet, change) in changes.events { counted[facet, default: 0] += change }
                        #expect(counted.filter { $0.value != 0 } == Self.counted(new), "\(state), \(outcome)")
                    }
                }
            }
        }
    }

    /// The counters of a store that holds this delivery alone.
    private static func counted(_ delivery: StoredDelivery) -> [Facet: Int64] {
        var counted: [Facet: Int64] = [:]
        for event in delivery.events {
            var facet = Facet(instance: 1, object: event.object, change: event.change, state: delivery.state)
            counted[facet, default: 0] += 1
            guard let replay = delivery.replay else { continue }
            facet.replay = replay
            counted[facet, default: 0] += 1
        }
        return counted
    }

    @Test(
        arguments: [
            ([], []), ([1], [[1]]), ([1, 2, 3], [[1, 2, 3]]), ([1, 1], [[1], [1]]),
            ([1, 2, 1, 2, 3], [[1, 2], [1, 2, 3]]),
        ] as [([Int64], [[Int64]])]
    )
    func `results are grouped so that no delivery comes twice in one`(ids: [Int64], groups: [[Int64]]) {
        let results = ids.map { id in
            DeliveryResult(
                attempt: Attempt(
                    notificationID: id,
                    number: 1,
                    isReplay: false,
                    startedAt: Timestamp(seconds: 1),
                    milliseconds: 1,
                    url: "",
                    outcome: .response(status: 200)
                ),
                state: .delivered,
                nextAttempt: nil
            )
        }
        #expect(DeliveryResult.groups(results).map { $0.map(\.attempt.notificationID) } == groups)
    }
}
