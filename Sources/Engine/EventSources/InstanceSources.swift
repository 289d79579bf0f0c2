import Domain

/// The event sources of one instance. A new kind of source is named here, in `needs` and in `init`, and nowhere else.
struct InstanceSources: Sendable {
    static let needs = [Poller.needs, ApexTriggers.needs, OutboundMessages.needs]

    /// Polls on demand, too, whatever brings the news.
    let poller: Poller
    /// Deployed, removed and exported on demand.
    let apex: ApexTriggers
    let outboundMessages: OutboundMessages
    /// In the order in which they start, report and end.
    let all: [any EventSource]

    init(
        _ watched: WatchedInstance,
        records: [PollerRecord],
        context: SourceContext,
        registry: InstanceRegistry,
        state: RunState
    ) {
        poller = Poller(watched, records: records, context: context)
        apex = ApexTriggers(watched, poller: poller, context: context, registry: registry, state: state)
        outboundMessages = OutboundMessages(watched, context: context)
        all = [poller, apex, outboundMessages]
    }

    var report: SourceReport {
        get async {
            var reports: [SourceReport] = []
            for source in all { reports.append(await source.report) }
            return .joined(reports)
        }
    }

    func start() async { for source in all { await source.start() } }
    func apply(_ change: InstanceChange) async { for source in all { await source.apply(change) } }
    func suspend() async { for source in all { await source.suspend() } }
    func resume() async { for source in all { await source.resume() } }
    func settle(patience: Int64) async { for source in all { await source.settle(patience: patience) } }
    func follow(from before: Instance?) async { for source in all { await source.follow(from: before) } }
    func reopen() async { for source in all { await source.reopen() } }

    /// Side by side, so that their times don't add up.
    func stop() async {
        await withDiscardingTaskGroup { group in
            for source in all { group.addTask { await source.stop() } }
        }
    }

    /// What became of what the sources had put into the org; nil where there was nothing.
    func withdraw() async -> String? {
        var sentences: [String] = []
        for source in all { if let sentence = await source.withdraw() { sentences.append(sentence) } }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }
}
