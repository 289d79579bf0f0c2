import Domain
import Primitives

/// The rows around the viewport, out of a log of any size: a run of consecutive events, oldest first.
///
/// Everything is anchored to sequences, never to row numbers, so new events move nothing that is being read.
struct EventWindow: Sendable {
    /// Milliseconds that one page may look at events one by one: what it found is shown, and the next one goes on.
    static let patience: Int64 = 250
    /// How much longer than such a search the pause is before the newest events are searched again.
    private static let rest: Int64 = 4
    /// The frame time: new events cost at most one page in each.
    static let pause: Int64 = 33

    private(set) var rows: [EventSummary] = []
    private(set) var reachesOldest = false
    private(set) var reachesNewest = false
    private(set) var hasLoaded = false
    /// How far before the loaded rows there are none, as far as it was looked at; nil where that ends with the rows.
    private(set) var searchedBack: EventPage.Reach?
    /// The same behind them.
    private var searchedOn: EventPage.Reach?
    /// Up to this sequence all rows are loaded, if that is further than the last one.
    private var knownTo: Int64?
    /// Why the last page could not be read.
    private(set) var failure: String?
    var isFollowing = true
    /// The sequence of the selected row.
    var selected: Int64?
    /// The sequence of the first visible row while paused.
    var top: Int64?
    /// Events that came since the pause and were not in view yet; nil if they can't be told from those of other instances.
    var newSincePause: Int? = 0
    var hasNew = false
    /// The newest event that was in view, or was there before the pause.
    var seen: Int64?
    var viewed: Viewed?
    var news = News()
    var filter = EventFilter()
    /// Whether the filter is another one than that of the rows.
    var isRenewed = false
    /// Lines that the screen has for rows and for the dates between them.
    var height = 1
    /// The screen's.
    var clock = LocalClock.utc
    /// Whether the rows tell who changed their records.
    private(set) var withAuthors = false
    /// Where the loaded rows stand among all of the filter, as it was counted last.
    var anchor: Anchor?

    var load: Load?
    private var nextToken = 1
    /// What a person asked for goes before what only keeps the window fresh.
    var wanted: Purpose?
    /// Rows that the selection has still to go once they are loaded.
    var owed = 0
    /// Whether a person's movement ends only with a page that is being read, and is waited for.
    private var isAwaited = false
    /// The load that a person waits for.
    private var awaitedToken: Int?
    var isTailStale = true
    var isRefreshWanted = false
    var notBefore = Timestamp.distantPast
    private var begin = Timestamp.distantPast

    /// Starts over with other events.
    mutating func reset(_ filter: EventFilter) {
        let (height, clock, withAuthors) = (height, clock, withAuthors)
        let (token, news) = (nextToken, news)
        self = EventWindow()
        self.news = news.forOthers
        (self.height, self.clock, self.withAuthors) = (height, clock, withAuthors)
        self.filter = filter
        nextToken = token
    }

    /// Shows again what another filter had taken the place of; what came meanwhile is read.
    mutating func restore(_ former: EventWindow) {
        let (height, token, withAuthors, storedTo) = (height, nextToken, withAuthors, news.storedTo)
        self = former
        (self.height, self.withAuthors) = (height, withAuthors)
        news.record(0, upTo: storedTo, isWanted: storedTo > news.seenTo ?? storedTo)
        nextToken = token
        load = nil
        (isTailStale, isRefreshWanted) = (true, true)
        stayHere()
        guard !isFollowing else { return }
        reachesNewest = false
        newSincePause = nil
    }

    /// Records that so many events were stored, the last of this sequence. Where not all of them need be the list's, it is
    /// looked whether any is.
    mutating func recordStored(_ count: Int, upTo sequence: Int64 = 0, areAllShown: Bool = true) {
        isTailStale = true
        let isOpen = !isFollowing && count > 0 && !areAllShown
        news.record(count, upTo: sequence, isWanted: isOpen)
        guard !isFollowing else { return }
        reachesNewest = false
        guard count > 0 else { return }
        if seen == nil, sequence > 0 { seen = sequence.subtracting(saturating: Int64(count)) }
        if areAllShown { hasNew = true }
        newSincePause = areAllShown ? newSincePause.map { $0.adding(saturating: count) } : nil
    }

    /// Records that deliveries changed; an empty list means any of them.
    mutating func recordDeliveries(_ notifications: [Int64]) {
        let ids = Set(notifications)
        // Where there are no rows, the change may have made one.
        let isConcerned =
            ids.isEmpty || rows.isEmpty
            || rows.contains { $0.delivery.map { ids.contains($0.notificationID) } ?? false }
        if isConcerned { isRefreshWanted = true }
    }

    /// Whether rows say who changed their records; those that don't are read once more.
    mutating func readAuthors(_ withAuthors: Bool) {
        guard withAuthors != self.withAuthors else { return }
        self.withAuthors = withAuthors
        if withAuthors { isRefreshWanted = true }
    }

    mutating func invalidateTail() { isTailStale = true }

    /// Asks for a page on a person's behalf, who waits for it unless it is what typing finds by the way.
    mutating func want(_ purpose: Purpose, isAwaited: Bool = true) {
        wanted = purpose
        self.isAwaited = isAwaited
        // Nobody waits any longer for what was looked for before.
        if case .search? = load?.purpose { load = nil }
    }

    /// So many of the filter's events are older than one that is loaded.
    mutating func learn(older: Int64, than sequence: Int64) { anchor = Anchor(sequence: sequence, older: older) }

    /// Whether the selection is not yet where a person has sent it, because rows are being read.
    var isUnderWay: Bool { isAwaited && (wanted != nil || owed != 0 || load != nil && load?.token == awaitedToken) }

    /// Gives up what is owed; what is being read is still applied.
    mutating func stayHere() {
        owed = 0
        isAwaited = false
    }

    /// The next page to ask for, if one is due; never more than one at a time.
    mutating func nextLoad(at now: Timestamp) -> Command? {
        guard load == nil, let purpose = duePurpose(at: now) else { return nil }
        let request = request(for: purpose)
        let load = Load(token: nextToken, purpose: purpose, limit: request.limit)
        nextToken += 1
        self.load = load
        switch purpose {
        case .tail: (isTailStale, isRefreshWanted) = (false, false)
        case .refresh: isRefreshWanted = false
        default: break
        }
        if purpose == wanted {
            wanted = nil
            awaitedToken = load.token
        }
        news.begin(purpose, at: now)
        begin = now
        notBefore = now.advanced(byMilliseconds: Self.pause)
        return .loadPage(token: load.token, request)
    }

    private func duePurpose(at now: Timestamp) -> Purpose? {
        if let wanted { return wanted }
        let isDue = now >= notBefore
        if isTailWanted, isDue || !isSearchUnfinished { return isDue ? .tail : nil }
        guard failure == nil || isDue else { return nil }
        let visible = visibleRange
        if rows.isEmpty {
            if isSearchUnfinished { return .older }
            if !reachesNewest, searchedOn != nil { return .newer }
        } else {
            if !reachesOldest, visible.lowerBound < height / 2 + 1 { return .older }
            if !isFollowing, !reachesNewest, visible.upperBound + height / 2 >= rows.count {
                return isDue ? .newer : nil
            }
        }
        if isRefreshWanted, isDue, !rows.isEmpty { return .refresh }
        return news.isWanted && !isFollowing && !hasNew && isDue && now >= news.notBefore ? .news : nil
    }

    /// Whether the newest rows are to be read: while they are followed, and where there are none to stay with.
    private var isTailWanted: Bool {
        guard rows.isEmpty else { return isFollowing && isTailStale }
        // Who looks from the oldest on goes on with that.
        guard isFollowing || searchedOn == nil || reachesNewest else { return false }
        return isTailStale || isRefreshWanted || !hasLoaded
    }

    /// Whether there may be more before what was looked at, and none of it is in view yet.
    var isSearchUnfinished: Bool { searchedBack != nil && !reachesOldest && visibleRange.lowerBound < height / 2 + 1 }

    private var pageSize: Int { max(64, height * 2) }

    private func request(for purpose: Purpose) -> PageRequest {
        func page(_ direction: PageRequest.Direction, after: Int64?, limit: Int? = nil) -> PageRequest {
            var request = PageRequest(
                direction: direction,
                after: after,
                limit: limit ?? pageSize,
                filter: filter,
                patience: Self.patience
            )
            request.withAuthors = withAuthors
            return request
        }
        switch purpose {
        case .tail: return page(.newestFirst, after: nil)
        case .refresh: return page(.oldestFirst, after: rows.first.map { $0.sequence - 1 }, limit: rows.count)
        case .older: return page(.newestFirst, after: searchedBack?.sequence ?? rows.first?.sequence)
        case .newer: return page(.oldestFirst, after: searchedOn?.sequence ?? rows.last?.sequence)
        case .news: return page(.oldestFirst, after: news.seenTo, limit: 1)
        case .oldest: return page(.oldestFirst, after: nil)
        case .around(let sequence): return page(.newestFirst, after: sequence + 1)
        case .before(let moment):
            var request = page(.newestFirst, after: nil)
            // It has to be known whether there is any.
            request.patience = nil
            // A filter's own end may be earlier.
            request.filter.to = min(request.filter.to ?? moment, moment)
            return request
        case .search(let search): return search.request(filter)
        }
    }

    /// Accepts the answer to a load; what it was for, or nil if nobody waits for it any more.
    mutating func accept(
        token: Int,
        _ result: Result<EventPage, Failure>,
        at now: Timestamp
    ) -> Purpose? {
        guard let load, load.token == token else { return nil }
        self.load = nil
        switch result {
        case .success(let page):
            failure = nil
            apply(page, to: load)
            if load.purpose == .tail, page.reach != nil {
                let rest = LoadPace.rest(Self.rest, since: begin, at: now)
                notBefore = max(notBefore, now.advanced(byMilliseconds: rest))
            }
            if owed != 0 {
                if wanted == .older || wanted == .newer { wanted = nil }
                move(by: owed)
            }
            guard case .search(var search) = load.purpose else { return load.purpose }
            _ = search.apply(page)
            return .search(search)
        case .failure(let error):
            failure = error.sentence
            abandon(load)
            notBefore = now.advanced(byMilliseconds: LoadPace.pauseAfterFailure)
            return load.purpose
        }
    }

    private mutating func apply(_ page: EventPage, to load: Load) {
        let isWhole = page.count < load.limit && page.reach == nil
        switch load.purpose {
        case .tail:
            hasLoaded = true
            applyTail(page, isWhole: isWhole)
        case .refresh:
            let rest = page.reach.map { reach in rows.filter { $0.sequence > reach.sequence } } ?? []
            rows = page.events + rest
            if isFollowing { selected = rows.last?.sequence } else if let selected { keep(selected) }
            // All have left, but there may be others before them: what was known went with them.
            if rows.isEmpty {
                begin(with: [])
                (hasLoaded, reachesOldest) = (false, false)
            }
        case .older:
            rows.insert(contentsOf: page.reversed(), at: 0)
            searchedBack = page.reach
            reachesOldest = isWhole
            if isFollowing || selected == nil { selected = rows.last?.sequence }
            if !isFollowing { trimEnd() } else { trimStart() }
        case .newer:
            rows.append(contentsOf: page)
            searchedOn = page.reach
            reachesNewest = isWhole && news.isCurrent
            trimStart()
        case .news:
            if !page.isEmpty {
                hasNew = true
            } else if let reach = page.reach {
                news.goOn(from: reach.sequence)
            } else {
                news.see(upTo: nil)
            }
        case .oldest:
            isFollowing = false
            begin(with: page.events, searchedOn: page.reach)
            (reachesOldest, reachesNewest) = (true, isWhole)
            (selected, top) = (page.first?.sequence, page.first?.sequence)
        case .around(let sequence):
            isFollowing = false
            begin(with: page.reversed(), searchedBack: page.reach)
            (reachesOldest, reachesNewest) = (isWhole, false)
            top = rows.isEmpty ? nil : rows[max(0, rows.count - 1 - height / 2)].sequence
            select(sequence)
        case .before:
            guard !page.isEmpty else {
                // Nothing is that old.
                if wanted == nil { want(.oldest) }
                return
            }
            pause()
            begin(with: page.reversed(), searchedBack: page.reach)
            (reachesOldest, reachesNewest) = (isWhole, false)
            top = rows[max(0, rows.count - 1 - height / 2)].sequence
            if let last = rows.last { select(last.sequence) }
        case .search(var search):
            guard search.apply(page) else {
                // Whatever a person asked for meanwhile goes before it.
                if wanted == nil { want(.search(search), isAwaited: isAwaited) }
                return
            }
            if let wrapped = search.wrapped {
                if wanted == nil { want(.search(wrapped), isAwaited: isAwaited) }
                return
            }
            guard let found = search.nearest else { return }
            pause()
            if row(of: found) == nil { want(.around(found), isAwaited: isAwaited) } else { select(found) }
        }
    }

    /// Other rows take the place of those that were loaded.
    private mutating func begin(
        with rows: [EventSummary],
        searchedBack: EventPage.Reach? = nil,
        searchedOn: EventPage.Reach? = nil
    ) {
        self.rows = rows
        (self.searchedBack, self.searchedOn, knownTo) = (searchedBack, searchedOn, nil)
    }

    private mutating func applyTail(_ page: EventPage, isWhole: Bool) {
        let events = Array(page.reversed())
        // From here on the page has all there is.
        let first = page.reach?.sequence ?? events.first?.sequence ?? .max
        let known = max(knownTo ?? .min, rows.last?.sequence ?? .min)
        if first <= known, !isRenewed {
            rows = rows.filter { $0.sequence < first } + events
            if isWhole { reachesOldest = true }
        } else {
            begin(with: events, searchedBack: page.reach)
            reachesOldest = isWhole
        }
        if isWhole { searchedBack = nil }
        isRenewed = false
        knownTo = page.reach?.newest
        news.see(upTo: page.reach?.newest ?? events.last?.sequence)
        searchedOn = nil
        reachesNewest = true
        if isFollowing {
            trimStart()
            selected = rows.last?.sequence
        } else if let selected {
            keep(selected)
        } else {
            selected = rows.last?.sequence
        }
    }

    private var rowLimit: Int { pageSize * 4 }

    private mutating func trimStart() {
        guard rows.count > rowLimit else { return }
        let kept = rows.count - rowLimit
        if let older = older(than: kept) { learn(older: older, than: rows[kept].sequence) }
        rows.removeFirst(kept)
        reachesOldest = false
        searchedBack = nil
    }

    private mutating func trimEnd() {
        guard rows.count > rowLimit else { return }
        if let older = older(than: 0) { learn(older: older, than: rows[0].sequence) }
        rows.removeLast(rows.count - rowLimit)
        reachesNewest = false
        (searchedOn, knownTo) = (nil, nil)
    }

    /// When the loop must come back although nothing happens: a page is due but the frame isn't over.
    var nextDeadline: Timestamp? {
        guard load == nil, let purpose = duePurpose(at: Timestamp(milliseconds: .max)) else { return nil }
        return purpose == .news ? max(notBefore, news.notBefore) : notBefore
    }
}
