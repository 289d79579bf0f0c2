import Domain

extension AttemptOutcome {
    /// What a status of 4xx says of the callback as a whole: who asks, how often, at which address and by which method.
    private static let ofCallback: Set<Int> = [401, 402, 403, 404, 405, 407, 408, 410, 425, 429]

    /// Whether the callback works and refuses this record: any other status of 4xx. It says nothing of other records.
    var refusesRecord: Bool {
        guard let status else { return false }
        return (400..<500).contains(status) && !Self.ofCallback.contains(status)
    }
}
