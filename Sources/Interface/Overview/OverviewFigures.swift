import Domain
import Drawing
import EngineAPI
import Primitives

/// One instance in figures, as blocks of lines.
struct OverviewFigures {
    /// Rows of the longer lists, more of them where there is room.
    var mostPolls = 5
    var mostObjects = 12
    var mostRecords = 5

    let instance: InstanceOverview
    private let own: InstanceStatistics
    let all: EngineStatistics
    let context: DashboardContext
    let width: Int

    init(
        _ instance: InstanceOverview,
        _ own: InstanceStatistics,
        _ all: EngineStatistics,
        _ context: DashboardContext,
        width: Int
    ) {
        self.instance = instance
        self.own = own
        self.all = all
        self.context = context
        self.width = width
    }

    /// The blocks that say something, an empty line between two.
    func stacked(_ blocks: [[StyledText]]) -> [StyledText] {
        Array(blocks.filter { !$0.isEmpty }.joined(separator: [StyledText()]))
    }

    func heading(_ words: String, _ more: StyledText = StyledText()) -> StyledText {
        let head = StyledText(DisplayText(words), .title)
        return more.isEmpty ? head : head + StyledText("  ") + more
    }

    // MARK: Events

    var objects: [StyledText] {
        let objects = own.events.objects
        guard !objects.isEmpty else { return [heading("Objects"), StyledText("No events yet.", .dim)] }
        let columns = ["events", "failed", "waiting"].map { DisplayText($0).fitted(to: 10, .right) }.joined()
        let room = max(8, width - columns.width)
        var lines = [StyledText(DisplayText("Objects").fitted(to: room), .title) + StyledText(columns, .dim)]
        lines += objects.prefix(mostObjects).map { line($0.object, $0.counts, room: room) }
        if objects.count > mostObjects {
            lines.append(StyledText(DisplayText("\(objects.count - mostObjects) more with fewer events"), .dim))
        }
        return lines
    }

    private func line(_ name: String, _ counts: EventCounts, room: Int) -> StyledText {
        func number(_ value: Int64, _ role: StyleRole) -> StyledText {
            StyledText(rightAligned: DisplayText(value.grouped), in: 10, Style(value == 0 ? .faint : role))
        }
        return StyledText(DisplayText(name).fitted(to: room, mark: context.glyphs.ellipsis))
            + number(counts.total, .text) + number(counts.dead, .statusFail) + number(counts.open, .statusWarn)
    }

    var waiting: [StyledText] {
        let open = own.events.objects.reduce(0) { $0 + $1.counts.open }
        guard open > 0 else { return [heading("Waiting"), StyledText("Nothing waits to be delivered.", .dim)] }
        var line = StyledText(DisplayText(Words.count(open, "event")), .statusWarn)
        if let oldest = own.events.oldestOpen {
            let age = Words.duration(max(0, context.now.since(oldest) / 1000))
            line.append(", the oldest for " + DisplayText(age), .text)
            line.append(" (since " + context.shortClock(oldest) + ")", .dim)
        }
        return [heading("Waiting"), line]
    }

    /// The records that change most; `BusyList` has more of them.
    var busiest: [StyledText] {
        let busiest = own.events.busiest
        guard let since = busiest.since else { return [] }
        var more = context.counted(since: since)
        if let key = context.table.keyName(.busyRecords, context.glyphs) {
            more.append("  ")
            more.append(key, .key)
            more.append(" lists them", .dim)
        }
        let room = max(8, width - 10)
        return [heading("Records that change most"), more]
            + busiest.records.prefix(mostRecords).map { record in
                let name = record.newest.shownName ?? record.newest.recordID
                let words =
                    StyledText(DisplayText(name, limit: room)) + StyledText("  ")
                    + StyledText(DisplayText(record.newest.object, limit: 60), .dim)
                let text = words.truncated(to: room, mark: context.glyphs.ellipsis)
                return text + StyledText(.spaces(room - text.width))
                    + StyledText(rightAligned: DisplayText(record.events.grouped), in: 10, .text)
            }
    }

    // MARK: Callback

    var callback: [StyledText] {
        var state = StyledText()
        if let health = context.callbackHealth {
            state = StyledText(health.glyph + " " + health.word, Style(health.role))
        }
        var lines = [heading("Callback", state)]
        if let reason = context.callbackHealth?.sentence {
            lines += DisplayText(reason).wrapped(to: width).prefix(2).map { StyledText($0, .dim) }
        }
        let figures = own.events.callback
        guard figures.attempts > 0, let median = figures.median, let p95 = figures.p95, let p99 = figures.p99,
            let slowest = figures.slowest
        else { return lines + [StyledText("Nothing was sent there lately.", .dim)] }
        var counts = StyledText(DisplayText("last \(Words.count(figures.attempts, "attempt"))"), .dim)
        if figures.failures > 0 {
            counts.append(", ")
            counts.append(DisplayText("\(figures.failures.grouped) failed"), .statusFail)
        }
        lines.append(counts)
        lines += facts([
            ("half within ", Words.milliseconds(median)), ("95 % ", Words.milliseconds(p95)),
            ("99 % ", Words.milliseconds(p99)), ("slowest ", Words.milliseconds(slowest)),
        ])
        return lines + histogram(figures)
    }

    /// Side by side where there is room, else one below the other.
    private func facts(_ facts: [(name: String, value: String)]) -> [StyledText] {
        var lines: [StyledText] = []
        for fact in facts {
            let text = StyledText(DisplayText(fact.name), .dim) + StyledText(DisplayText(fact.value))
            if let last = lines.last, last.width + 2 + text.width <= width {
                lines[lines.count - 1] = last + StyledText("  ") + text
            } else {
                lines.append(text)
            }
        }
        return lines
    }

    /// A bar for each bucket between the fastest and the slowest.
    private func histogram(_ figures: CallbackFigures) -> [StyledText] {
        let counts = figures.buckets
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }),
            let top = counts.max()
        else { return [] }
        return (first...last).map { index in
            let isLast = index == CallbackFigures.bounds.count
            let bound = CallbackFigures.bounds[min(index, CallbackFigures.bounds.count - 1)]
            let name = (isLast ? "from " : "under ") + (bound < 1000 ? "\(bound) ms" : "\(bound / 1000) s")
            let number = DisplayText(counts[index].grouped).fitted(to: 7, .right)
            let room = max(1, min(40, width - 12 - number.width - 1))
            let share = Int((Double(counts[index]) / Double(top) * Double(room)).rounded())
            let bar = counts[index] == 0 ? 0 : max(1, share)
            let glyph = context.glyphs.isASCII ? DisplayText("#") : context.glyphs.chartSteps.last ?? "#"
            let role: StyleRole = bound >= 5000 ? .chartHigh : bound >= 1000 ? .chartMid : .chartLow
            return StyledText(DisplayText(name).fitted(to: 12), .dim) + StyledText(number + " ", .text)
                + StyledText(Array(repeating: glyph, count: bar).joined(), Style(role))
        }
    }

    // MARK: The org

    /// Those with the settings in force: what other ones made of the org says nothing of what is to come.
    private var presentPolls: [FinishedPoll] { own.polls.filter { $0.at >= instance.updatedDate ?? .distantPast } }

    var polls: [StyledText] {
        let isPolled = instance.configuration.eventType == .polling
        let polls = isPolled ? own.polls : presentPolls
        guard isPolled || !polls.isEmpty else { return [] }
        var next = StyledText()
        if let extra = context.settings.extraPolls, extra.tags == instance.tags {
            next = StyledText(DisplayText("every \(extra.seconds) s"), .dim)
        } else if let moment = instance.nextPoll {
            next = StyledText("next at " + context.shortClock(moment), .dim)
        }
        var lines = [heading(isPolled ? "Polls" : "Reconciling polls", next)]
        if polls.isEmpty { lines.append(StyledText("None since Signalbox started.", .dim)) }
        lines += polls.suffix(mostPolls).reversed().map { poll in
            let glyph = poll.isFaulty ? context.glyphs.failure : context.glyphs.success
            let mark = StyledText(glyph + " ", Style(poll.isFaulty ? .statusFail : .statusOK))
            let time = StyledText(context.shortClock(poll.at).fitted(to: 11) + " ", .dim)
            let took = StyledText(DisplayText(Words.milliseconds(poll.milliseconds)).fitted(to: 9, .right) + "  ")
            let calls = DisplayText(Words.count(poll.apiCalls, "call")).fitted(to: 9)
            return mark + time + took + StyledText(calls + " ", .dim)
                + StyledText(DisplayText(Words.count(poll.events, "event")), Style(poll.events == 0 ? .faint : .text))
        }
        return lines
    }

    var quota: [StyledText] {
        guard let usage = instance.apiUsage, usage.allowed > 0 else { return [] }
        var lines = [
            heading("API calls"),
            StyledText(DisplayText("\(usage.used.grouped) of \(usage.allowed.grouped) used in 24 h, "))
                + share(usage.used, of: usage.allowed),
        ]
        let budget = instance.apiBudget
        if let budget, let limit = budget.limit {
            lines.append(
                StyledText("By Signalbox: ", .dim)
                    + StyledText(DisplayText("\(budget.calls.total.grouped) of the budget of \(limit.grouped), "))
                    + share(budget.calls.total, of: limit)
            )
            lines += facts(
                CallPurpose.allCases.filter { budget.calls[$0] > 0 }
                    .map { (name: "\($0.words) ", value: budget.calls[$0].grouped) }
            )
        }
        if instance.source != .stopped, let forecast = PollHistory(presentPolls).callsPerDay {
            lines.append(
                StyledText("Polls at this pace: ", .dim)
                    + StyledText(DisplayText("\(forecast.grouped) a day, "))
                    + share(forecast, of: budget?.limit ?? usage.allowed)
                    + StyledText(budget?.limit == nil ? "" : " of the budget")
            )
        }
        return lines
    }

    private func share(_ used: Int, of allowed: Int) -> StyledText {
        let tenths = max(0, used).multiplied(saturating: 1000) / max(1, allowed)
        let role: StyleRole = tenths >= 900 ? .statusFail : tenths >= 700 ? .statusWarn : .statusOK
        return StyledText(DisplayText("\(tenths / 10).\(tenths % 10) %"), Style(role))
    }

    var disk: [StyledText] {
        guard all.storeBytes != nil || all.freeBytes != nil else { return [] }
        var parts: [StyledText] = []
        if let bytes = all.storeBytes {
            parts.append(StyledText(DisplayText("\(Words.bytes(Int(clamping: bytes))) of events")))
        }
        if let free = all.freeBytes {
            let role: StyleRole = free < 1 << 29 ? .statusFail : free < 1 << 31 ? .statusWarn : .text
            parts.append(StyledText(DisplayText("\(Words.bytes(Int(clamping: free))) free"), Style(role)))
        }
        let separator = StyledText(", ", .dim)
        return [heading("Disk"), parts.dropFirst().reduce(parts[0]) { $0 + separator + $1 }] + retention
    }

    /// What is kept, and what will go when.
    private var retention: [StyledText] {
        guard let retention = all.retention else { return [] }
        var kept: [String] = []
        if let age = retention.policy.age { kept.append(DurationText.text(.milliseconds(age))) }
        if let events = retention.policy.events { kept.append(Words.count(events, "event")) }
        if let bytes = retention.policy.bytes { kept.append(Words.bytes(Int(clamping: bytes))) }
        var lines = [StyledText("Kept: ", .dim) + StyledText(DisplayText("at most " + kept.joined(separator: ", ")))]
        if let oldest = retention.oldest {
            let due = retention.dueWithinDay == 0 ? "none go" : "about \(retention.dueWithinDay.grouped) go"
            lines.append(
                StyledText("Oldest event ", .dim) + StyledText(context.fullClock(oldest))
                    + StyledText(DisplayText(", \(due) within a day"), .dim)
            )
            // By their age it is known which go; by number and size that depends on how many come.
            if retention.dueWithinDay > 0, retention.policy.events != nil || retention.policy.bytes != nil {
                lines.append(StyledText("if as many come as in the last one", .dim))
            }
        }
        if let problem = retention.problem {
            lines.append(
                StyledText(DisplayText(problem).fitted(to: width, mark: context.glyphs.ellipsis), Style(.statusWarn))
            )
        }
        return lines
    }
}
