/// How long something took each time, and how much of the processor: beside others that work, only the latter means much.
struct Times {
    /// In milliseconds.
    private(set) var spent: [(elapsed: Double, processor: Double)] = []

    var elapsed: Samples { Samples(spent.map { $0.elapsed }) }
    var processor: Samples { Samples(spent.map { $0.processor }) }

    @discardableResult
    mutating func measure<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        let before = Measured.processorMilliseconds
        let (elapsed, value) = try await Measured.milliseconds(body)
        spent.append((elapsed, Measured.processorMilliseconds - before))
        return value
    }

    mutating func add(_ others: Times) { spent += others.spent }
}

extension BenchRow {
    init(name: String, _ value: Double, _ times: Times, _ goal: Double?) {
        self.init(
            name: name,
            value: value,
            unit: "ms",
            goal: goal.map { "< \(Int($0)) ms" } ?? "",
            isMet: goal.map { value < $0 },
            cost: times.processor.percentile(0.5) * 1000,
            reason: """
                where its time is well above the processor time beside it, the process waited: for the disk, or for a slice of \
                time (4 ms here) that others had. Of what is left, SQLite takes some 0.5 ms for a page of 200 events, and \
                making rows of them the rest. What would be needed: a processor of its own, and rows that are read without a \
                text for each of their columns.
                """
        )
    }
}
