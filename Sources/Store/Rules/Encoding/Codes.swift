package import Domain

// The integers that stand for enumerations on disk; never renumber.

extension DeliveryState {
    package var code: Int64 {
        switch self {
        case .queued: 0
        case .waiting: 1
        case .retrying: 2
        case .dead: 3
        case .delivered: 4
        case .none: 5
        // Never on disk: no row bears it.
        case .held: -1
        }
    }

    package init(code: Int64) {
        self =
            switch code {
            case 0: .queued
            case 1: .waiting
            case 2: .retrying
            case 3: .dead
            case 4: .delivered
            default: .none
            }
    }
}

extension ReplayVerdict {
    package var code: Int64 { self == .succeeded ? 1 : 0 }

    package init(code: Int64) { self = code == 1 ? .succeeded : .failed }
}

extension Change {
    package var code: Int64 {
        switch self {
        case .created: 0
        case .updated: 1
        case .deleted: 2
        }
    }

    package init(code: Int64) { self = code == 0 ? .created : code == 2 ? .deleted : .updated }
}

extension ChangeSource {
    package var code: Int64 {
        switch self {
        case .polling: 0
        case .webhook: 1
        case .reconciliation: 2
        case .outboundMessage: 3
        case .synthetic: 4
        }
    }

    package init(code: Int64) {
        self =
            switch code {
            case 0: .polling
            case 1: .webhook
            case 2: .reconciliation
            case 3: .outboundMessage
            default: .synthetic
            }
    }
}

extension Attempt {
    /// How it was asked for: an edited replay is 2.
    package var replayCode: Int64 { isEdited ? 2 : isReplay ? 1 : 0 }

    package static func isReplay(code: Int64) -> Bool { code > 0 }
    package static func isEdited(code: Int64) -> Bool { code == 2 }
}
