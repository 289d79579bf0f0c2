import Domain
import EngineAPI
import Primitives

/// Figures of the instances while somebody looks at them: asked for at most once a second and one request at a time.
struct StatisticsLoad: Sendable {
    /// Milliseconds between two questions, while there is news.
    static let pause: Int64 = 1000
    /// Milliseconds after which rates and ages are old without any news.
    static let lifetime: Int64 = 5000

    private(set) var statistics: EngineStatistics?
    /// Why the last question had no answer.
    private(set) var failure: String?
    private var token = 0
    private var isOutstanding = false
    private var isStale = true
    private var askedAt = Timestamp.distantPast
    private var instance: InstanceID?

    /// More of another one is wanted; what is known of the former goes.
    mutating func turn(to instance: InstanceID?) {
        guard instance != self.instance else { return }
        self.instance = instance
        statistics?.instance = nil
        isOutstanding = false
        askedAt = .distantPast
        isStale = true
    }

    mutating func nextLoad(at now: Timestamp) -> Command? {
        if now.since(askedAt) >= Self.lifetime { isStale = true }
        guard isStale, !isOutstanding, now.since(askedAt) >= Self.pause else { return nil }
        isStale = false
        isOutstanding = true
        askedAt = now
        token += 1
        return .loadStatistics(token: token, instance)
    }

    mutating func receive(_ message: Message) {
        switch message {
        case .notice: isStale = true
        case .statistics(let token, instance, let result) where token == self.token:
            isOutstanding = false
            switch result {
            case .success(let statistics):
                self.statistics = statistics
                failure = nil
            case .failure(let error): failure = error.sentence
            }
        default: break
        }
    }

    /// When it wants to be asked again.
    func deadline(at now: Timestamp) -> Timestamp? {
        isOutstanding ? nil : askedAt.advanced(byMilliseconds: isStale ? Self.pause : Self.lifetime)
    }
}
