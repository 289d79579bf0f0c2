import Domain

/// What the questions of a poll are for.
extension ObjectPoll {
    func purpose(of request: ObjectRequest) -> CallPurpose {
        switch request {
        case .count: .check
        case .narrow: .narrow
        case .deleteLog: .deletes
        case .updateLog, .exists: .reconcile
        case .query, .nextPage, .retrieve: purposeOfRows
        }
    }

    private var purposeOfRows: CallPurpose {
        switch stage {
        case .anchor, .former, .begin, .newest, .page, .close, .done:
            switch reads.current?.kind {
            case .closing: .check
            case .bin: .deletes
            case .backlog: .backlog
            case .baseline, .window, .backfill, nil: .rows
            }
        case .weigh, .deletions, .verify: .deletes
        case .check, .fetch: .narrow
        case .updateLog, .retrieve, .recall, .returned, .sweep, .exists, .absent, .lookUp: .reconcile
        }
    }
}
