import Salesforce

/// Turns what the network threw into the sentence that a person reads beside the attempt.
enum CallbackFailure {
    static func sentence(_ fault: TransportFault, timeout: Int64, connect: Int64) -> String {
        let clause = fault.clause(connect: seconds(connect), answer: seconds(timeout))
        switch fault.standing {
        case .unreachable: return "The callback can't be reached: \(clause)."
        case .broken: return "The callback was reached, but \(clause)."
        case .interrupted where fault.kind == .answerTimeout: return "No answer within \(seconds(timeout))."
        case .interrupted: return "The callback was reached, but \(clause)."
        case .unasked: return "The callback could not be asked: \(clause)."
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
