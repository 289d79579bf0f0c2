import Primitives

/// The one place where faults strike: in front of whole requests and of the parts of composite calls.
final class FaultInjector {
    private var book = FaultBook()
    private let usage: CallUsage

    init(usage: CallUsage) {
        self.usage = usage
    }

    var rules: [FaultRule] { book.rules }
    /// How often rules of each name struck.
    var strikes: [String: Int] { book.strikes }

    func add(_ rule: FaultRule) { book.add(rule) }

    func removeAll() { book.removeAll() }

    /// The answer to a request, or what a fault makes of it.
    func respond(method: String, target: String, answer: () -> SimulatedResponse) -> SimulatedResponse {
        guard let effect = book.strike(method: method, target: target, isPart: false) else { return answer() }
        if let refusal = effect.refusal {
            var response = SimulatedResponse.error(refusal)
            response.headers["Sforce-Limit-Info"] = usage.header
            return response
        }
        return effect.applied(answer)
    }

    /// The answer to a part of a composite call, or the refusal or edit that strikes it.
    func respondToPart(method: String, target: String, answer: () -> SimulatedResponse) -> SimulatedResponse {
        let effect = book.strike(method: method, target: target, isPart: true)
        if case .edited = effect { return effect?.applied(answer) ?? answer() }
        return effect?.refusal.map { .error($0) } ?? answer()
    }
}

extension FaultRule.Effect {
    /// What the effect makes of an answer; one that never takes place isn't asked for.
    func applied(_ answer: () -> SimulatedResponse) -> SimulatedResponse {
        let html = ["Content-Type": "text/html;charset=UTF-8"]
        switch self {
        case .edge:
            let page =
                "<html><head><title>Loading</title></head><body>We are setting things up. Try again.</body></html>"
            return SimulatedResponse(status: 420, headers: html, body: Array(page.utf8))
        case .unavailable:
            let page = "<html><body>Server too busy</body></html>"
            return SimulatedResponse(status: 503, headers: html, body: Array(page.utf8))
        case .login(let error, let description):
            return .json(400, ["error": .string(error), "error_description": .string(description)])
        case .answer(let status, let headers, let body):
            return SimulatedResponse(status: status, headers: headers, body: Array(body.utf8))
        case .slow(let seconds):
            var response = answer()
            response.transport = .slow(seconds: seconds)
            return response
        case .truncated(let count):
            var response = answer()
            response.transport = .truncated(after: count)
            return response
        case .cut(let count):
            var response = answer()
            response.body = Array(response.body.prefix(count))
            return response
        case .edited(let from, let to):
            var response = answer()
            response.body = Array(String(decoding: response.body, as: UTF8.self).replacing(from, with: to).utf8)
            return response
        case .reset(let afterEffect):
            var response = afterEffect ? answer() : SimulatedResponse(status: 0)
            response.transport = .reset
            return response
        case .sessionExpired, .dailyLimit, .concurrentLimit, .serverError, .queryTimeout, .error:
            return refusal.map { .error($0) } ?? answer()
        }
    }
}
