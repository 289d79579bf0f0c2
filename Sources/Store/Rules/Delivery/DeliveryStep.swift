package import Domain
package import Primitives

/// What an attempt does to its delivery, or whoever lets it go at once. A value: the store writes it down as it stands.
package struct DeliveryStep: Sendable, Hashable {
    /// What came of the delivery's own last attempt.
    package struct Last: Sendable, Hashable {
        package var status: Int?
        package var milliseconds: Int
        package var error: String?
    }

    /// Where the delivery stands from now on.
    package struct Move: Sendable, Hashable {
        package var state: DeliveryState
        /// When it goes out again; nil unless it is retrying.
        package var nextAttempt: Timestamp?
        /// How long it was told to wait for that, in milliseconds; nil where that stays as it was.
        package var wait: Int64?
    }

    package enum LaneStep: Sendable, Hashable {
        case stays
        /// It is over: whoever waits behind it may be free now.
        case leaves
    }

    /// Attempts that take a rung of the ladder.
    package var counted = 0
    /// Attempts that take none: replays, releases, what the end of the program tore.
    package var uncounted = 0
    /// Nil where it stays as it was.
    package var last: Last?
    /// Nil where it stays as it was.
    package var replay: ReplayOutcome?
    package var move: Move?
    package var lanes = LaneStep.stays

    /// Whether the delivery's own row changes.
    package var changesRow: Bool { self != DeliveryStep(lanes: lanes) }
}

extension DeliveryStep {
    /// What those do that `Lanes.freed` finds: they are the heads of their lanes now.
    package static let freed = DeliveryStep(move: Move(state: .queued))

    /// What one that retries does that is to go at once: its attempts stay counted.
    package static let hurried = DeliveryStep(move: Move(state: .queued))
}

extension StoredDelivery {
    /// What an attempt does, which is kept among the attempts in any case.
    ///
    /// - A replay makes a head delivered by success at the delivery's own callback, and nothing else; how it ended stands
    ///   beside the delivery as its last replay. One to elsewhere says nothing of the delivery.
    /// - An answer that comes late, for a delivery that has ended meanwhile or that another owner has claimed since, counts
    ///   and moves the delivery only if it says delivered.
    /// - Only the lanes decide who waits: an attempt never sets or leaves that state but by ending the delivery.
    package func step(for result: DeliveryResult, isLate: Bool = false) -> DeliveryStep {
        let attempt = result.attempt
        var step = DeliveryStep()
        let isCounted = !attempt.isReplay && !result.isUncounted
        if isCounted { step.counted = 1 } else { step.uncounted = 1 }
        let mayMove: Bool
        if attempt.isReplay {
            let isHead = state == .queued || state == .retrying
            mayMove = isHead && result.state == .delivered && !result.isElsewhere
            if !result.isElsewhere {
                step.replay = ReplayOutcome(
                    at: attempt.startedAt,
                    milliseconds: attempt.milliseconds,
                    outcome: attempt.outcome
                )
            }
        } else {
            step.last = DeliveryStep.Last(
                status: attempt.outcome.status,
                milliseconds: attempt.milliseconds,
                error: attempt.failureReason
            )
            mayMove = result.state == .delivered || !isLate && state.mayBecome(result.state)
        }
        guard mayMove else { return step }
        let next = result.state == .retrying ? result.nextAttempt ?? attempt.startedAt : nil
        step.move = DeliveryStep.Move(state: result.state, nextAttempt: next, wait: next == nil ? nil : result.wait)
        if state.isOpen, !result.state.isOpen { step.lanes = .leaves }
        return step
    }

    /// Whether it is of that instance and waits for a later attempt.
    package func isRetrying(of id: InstanceID) -> Bool { instance == id && state == .retrying }

    /// The delivery after a step, with what the step moves in the counters.
    package func after(_ step: DeliveryStep) -> (delivery: StoredDelivery, counters: FacetChanges) {
        var delivery = self
        var counters = FacetChanges()
        if let verdict = step.replay?.verdict {
            counters.recordReplay(verdict, of: delivery)
            delivery.replay = verdict
        }
        if let move = step.move {
            counters.move(delivery, to: move.state)
            delivery.state = move.state
        }
        return (delivery, counters)
    }
}

extension DeliveryState {
    /// Where an attempt of one's own may lead from here; success may lead from anywhere.
    fileprivate func mayBecome(_ state: DeliveryState) -> Bool {
        // `held` is never stored: it is how a person reads what is open.
        guard isOpen, state != .waiting, state != .held else { return false }
        return self != .waiting || !state.isOpen
    }
}

extension DeliveryResult {
    /// Results in groups without a delivery twice, in their order: within one, nothing depends on what came before.
    package static func groups(_ results: [DeliveryResult]) -> [ArraySlice<DeliveryResult>] {
        var groups: [ArraySlice<DeliveryResult>] = []
        var begin = 0
        var seen: Set<Int64> = []
        for (index, result) in results.enumerated() where !seen.insert(result.attempt.notificationID).inserted {
            groups.append(results[begin..<index])
            begin = index
            seen = [result.attempt.notificationID]
        }
        if begin < results.count { groups.append(results[begin...]) }
        return groups
    }
}
