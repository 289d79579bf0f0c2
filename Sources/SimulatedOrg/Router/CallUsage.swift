/// How often the org was called: against its daily allowance, and by kind.
final class CallUsage {
    private(set) var used = 0
    private(set) var limit: Int
    /// Whether calls are refused because too many long ones run at once.
    private(set) var isConcurrencyExhausted = false
    /// How often each method and path was asked for, ids starred.
    private(set) var calls: [String: Int] = [:]
    private var day = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The value of `Sforce-Limit-Info`.
    var header: String { "api-usage=\(used)/\(limit)" }

    func set(used: Int? = nil, limit: Int? = nil, concurrencyExhausted: Bool? = nil) {
        if let used { self.used = used }
        if let limit { self.limit = limit }
        if let concurrencyExhausted { isConcurrencyExhausted = concurrencyExhausted }
    }

    /// Refuses a call when the allowance is used up.
    func check(at stamp: Stamp) throws(ServiceError) {
        begin(at: stamp)
        if isConcurrencyExhausted { throw .concurrentLimit }
        guard used < limit else { throw .dailyLimit }
    }

    /// Counts one call against the allowance.
    func count(at stamp: Stamp) {
        begin(at: stamp)
        used += 1
    }

    /// A new day starts from zero, also where nothing was left of the one before.
    private func begin(at stamp: Stamp) {
        let today = StampFormat.split(stamp).day
        if day != 0, today != day { used = 0 }
        day = today
    }

    /// Takes one call back: a batch counts its parts, not itself.
    func uncount() { used = max(0, used - 1) }

    /// Records a request by its kind: record ids and locators are left out.
    func record(method: String, _ target: OrgRequestTarget) {
        let path = target.segments.map { segment in
            let id = String(segment.prefix { $0 != "-" })
            return RecordID.normalised(id) != nil && segment.contains { $0.isNumber } ? "*" : segment
        }
        calls["\(method) /\(path.joined(separator: "/"))", default: 0] += 1
    }

    func resetCalls() { calls.removeAll() }
}
