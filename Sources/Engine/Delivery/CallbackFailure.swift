package import Callbacks
import Domain
import Salesforce

/// Turns what the network threw into the sentence that a person reads beside the attempt.
package enum CallbackFailure {
    static func sentence(_ fault: TransportFault, timeout: Int64, connect: Int64) -> String {
        let clause = fault.clause(
            connect: seconds(connect),
            answer: seconds(timeout),
            trustedBy: "--callback-ca"
        )
        switch fault.standing {
        case .unreachable: return "The callback can't be reached: \(clause)."
        case .broken: return "The callback was reached, but \(clause)."
        case .interrupted where fault.kind == .answerTimeout: return "No answer within \(seconds(timeout))."
        case .interrupted: return "The callback was reached, but \(clause)."
        case .unasked: return "The callback could not be asked: \(clause)."
        }
    }

    /// Of a callback that was only connected to.
    package static func sentence(of fault: CallbackFault, url: String, connect: Int64) async -> String {
        if case .denied(let refusal) = fault.cause { return denied(refusal) }
        if case .proxy(let clause) = fault.cause { return proxy(clause) }
        return sentence(await TransportFault.examined(fault, url: url), timeout: connect, connect: connect)
    }

    /// Of a callback whose addresses are denied.
    static func denied(_ refusal: String) -> String {
        "The callback was not asked: \(refusal); check its host name."
    }

    /// Of a callback that is not to be asked without its own headers, above all its credentials.
    static let unreadableHeaders =
        "The callback was not asked: its own headers, as they are stored, can't be read; set "
        + "\(ConfigurationKey.callbackHeaders.named) anew."

    /// Of a callback that the proxy on the way did not lead to.
    static func proxy(_ clause: String) -> String {
        "The callback was not asked: \(clause); check HTTP_PROXY, HTTPS_PROXY and NO_PROXY."
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}

extension TransportFault {
    /// The same as a fault of the client, with a look at the certificate where that is what is wrong.
    static func examined(_ fault: CallbackFault, url: String) async -> TransportFault {
        let kind: Kind
        switch fault.cause {
        case .failed(let error): return await examined(error, url: url, address: fault.address)
        case .badAddress: kind = .badAddress
        case .unsendable: kind = .unsendable
        case .unresolved: kind = .unresolved
        case .resolveTimeout: kind = .resolveTimeout
        case .resolverSilent: kind = .resolverSilent
        case .denied, .proxy: kind = .noRoute
        case .connectTimeout: kind = .connectTimeout
        case .tlsTimeout: kind = .tlsTimeout
        case .timedOut: kind = .answerTimeout
        case .closed: kind = .closed
        case .closedMidway: kind = .closedMidway
        case .cancelled: kind = .cancelled
        case .stopping: kind = .stopping
        }
        return TransportFault(kind, details: String(describing: fault.cause), url: url)
    }
}
