import Primitives

/// A fault that strikes matching requests.
package struct FaultRule: Sendable, Equatable {
    /// What happens to a request.
    package enum Effect: Sendable, Equatable {
        /// 401, as after a session's end.
        case sessionExpired
        /// 403: the day's calls are used up.
        case dailyLimit
        /// 403: too many calls at once.
        case concurrentLimit
        /// 420 with an HTML page, as Salesforce Edge answers while it moves.
        case edge
        /// 500 with UNKNOWN_EXCEPTION.
        case serverError
        /// 503 with a page that isn't JSON.
        case unavailable
        /// 400 QUERY_TIMEOUT.
        case queryTimeout
        /// Any other refusal.
        case error(status: Int, code: String, message: String)
        /// A token endpoint's refusal, with 400.
        case login(error: String, description: String)
        /// This instead of the org's answer: what proxies, hosts that the org has left and broken servers say.
        case answer(status: Int, headers: [String: String], body: String)
        /// Answered, so many seconds late.
        case slow(seconds: Double)
        /// Answered, but cut off after so many bytes of the body.
        case truncated(after: Int)
        /// Answered with so many bytes of the body as if that were all.
        case cut(after: Int)
        /// Answered, with each `from` in the body made `to`.
        case edited(from: String, to: String)
        /// The connection is closed unanswered; whether the request took effect before is the question's point.
        case reset(afterEffect: Bool)
    }

    package var effect: Effect
    /// By which its strikes are counted; nil leaves them uncounted.
    package var name: String?
    /// The method it strikes; nil strikes any.
    package var method: String?
    /// A regular expression that the path with its query must contain; nil matches any.
    package var path: String?
    /// How many matching requests pass before it strikes.
    package var skip: Int
    /// How often it strikes; nil strikes until removed.
    package var times: Int?
    /// Whether it strikes parts of composite calls instead of whole requests.
    package var aimsAtParts: Bool

    package init(
        _ effect: Effect,
        name: String? = nil,
        method: String? = nil,
        path: String? = nil,
        skip: Int = 0,
        times: Int? = 1,
        aimsAtParts: Bool = false
    ) {
        self.effect = effect
        self.name = name
        self.method = method
        self.path = path
        self.skip = skip
        self.times = times
        self.aimsAtParts = aimsAtParts
    }
}

extension FaultRule.Effect {
    /// The refusal that the effect answers with, when it is a plain one.
    var refusal: ServiceError? {
        switch self {
        case .sessionExpired: .session
        case .dailyLimit: .dailyLimit
        case .concurrentLimit: .concurrentLimit
        case .serverError:
            ServiceError(
                500,
                "UNKNOWN_EXCEPTION",
                "An unexpected error occurred. Please include this ErrorId if you contact support: 1442573-107 (-1)"
            )
        case .queryTimeout: ServiceError(400, "QUERY_TIMEOUT", "Your query request was running for too long.")
        case .error(let status, let code, let message): ServiceError(status, code, message)
        case .edge, .unavailable, .login, .answer, .slow, .truncated, .cut, .edited, .reset: nil
        }
    }
}
