import Domain
import EngineAPI
import HTTPTypes
import Primitives

extension Call {
    /// The body as an order to the engine.
    func order<Order: WireValue>(_: Order.Type = Order.self) throws -> Order {
        do { return try Order(wire: try object()) } catch let fault as WireFault {
            switch fault {
            case .malformed(let sentence): throw APIError.badRequest(sentence)
            case .rejected(let rejected): throw rejected
            }
        }
    }

    /// A part of the path that is a number.
    func number(_ name: String, of what: String) throws(APIError) -> Int64 {
        let text = parameters[name] ?? ""
        guard let number = Int64(text) else {
            throw .notFound("There is no \(what) \u{201C}\(text.prefix(60))\u{201D}; it is named by a number.")
        }
        return number
    }
}

extension APIError {
    /// The same as the engine's interface tells it.
    var wire: WireFailure {
        if let failure { return failure }
        let kind: ClientError.Kind =
            switch status {
            case .notFound: .notFound
            case .conflict: .conflict
            case .unauthorized, .forbidden: .forbidden
            case .badGateway: .upstream
            case .serviceUnavailable, .internalServerError: .unavailable
            default: .invalid
            }
        return .client(
            ClientError(
                kind,
                message,
                providerMessage: providerMessage,
                mayPass: status == .serviceUnavailable
            )
        )
    }
}
