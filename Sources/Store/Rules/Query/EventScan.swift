package import Domain
import Primitives

/// Walks over the sequences of the events that a filter wants, in order, without ever skipping by offset.
///
/// The filter's parts are used where they cost least: time as ranges of sequences, facets as streams of one index, a
/// record or an event by its own index, words by an index of words as far as it reaches; all else is looked at event by
/// event, in growing chunks, newest (or oldest) first.
package struct EventScan {
    /// Candidates looked at together, at most.
    package static let chunk = 4096
    /// Events asked for at once where an index of words gathers all of them each time.
    static let gathered = 65_536
    private static let firstPortion = 64

    private let direction: PageRequest.Direction
    private var streams: EventStreams
    private let residual: ResidualFilter?
    private let plan: WordPlan?
    /// What the plan finds; empty without one.
    private var worded: EventStreams
    /// What is left to look at, next first.
    private var pieces: ArraySlice<Piece>
    /// Found but not asked for yet.
    private var pending: ArraySlice<Int64> = []
    private var portion = firstPortion
    private let limits: WordPlan.Limits
    private var way = Way.look
    /// Of what the index of words holds: events that were looked at nevertheless, and those of them that were wanted.
    private var looked = (at: 0, wanted: 0)
    /// Whether the index was asked for the first events that bear the words.
    private var hasAsked = false
    /// Whether it reads little for the plan; nil until that matters.
    private var isCheap: Bool?
    /// The few events that facets leave of the first piece, in the direction.
    private var few: [Int64]?

    /// How the next events are found.
    private enum Way {
        /// One by one, as the facets give them.
        case look
        /// By words; what the index doesn't say is looked at.
        case words
        /// Those with the words that are among few.
        case meet
    }

    /// A range in which the index of words holds all events, or none.
    private struct Piece {
        var range: ClosedRange<Int64>
        let isWorded: Bool
    }

    package init(_ page: PageRequest, _ index: some EventIndex) throws {
        let filter = try page.filter.numbered(index).indexed()
        direction = page.direction
        var plan: WordPlan?
        if let (keys, rest) = filter.keyed() {
            streams = EventStreams(keys, direction: page.direction)
            residual = ResidualFilter(rest, byFacets: false)
        } else if let facets = try Self.facets(filter, index) {
            let wanted = facets.streams(filter)
            // One stream costs less than many, where they would hold everything together.
            streams = EventStreams(
                facets.areAll(wanted) ? [.everything] : wanted.map { .facet($0) },
                direction: page.direction
            )
            residual = ResidualFilter(filter, byFacets: true)
            plan = WordPlan(filter, facets, index.wordLimits)
        } else {
            streams = EventStreams([.everything], direction: page.direction)
            residual = ResidualFilter(filter, byFacets: false)
            plan = WordPlan(filter, nil, index.wordLimits)
        }
        worded = EventStreams(plan.map { [.words($0.query)] } ?? [], direction: page.direction)
        limits = index.wordLimits
        self.plan = plan
        var whole: ClosedRange<Int64>? = 0...Int64.max
        if let after = page.after {
            switch page.direction {
            case .newestFirst: whole = after > 0 ? 0...(after - 1) : nil
            case .oldestFirst: whole = after < Int64.max ? (max(after, -1) + 1)...Int64.max : nil
            }
        }
        let ranges = try whole.map { try Self.ranges(filter, within: $0, page.direction, index) } ?? []
        let indexed = plan == nil ? nil : try index.words().indexed
        let found = ranges.flatMap { Self.pieces(of: $0, indexed: indexed) }
        pieces = page.direction == .newestFirst ? found.reversed()[...] : found[...]
    }

    /// The facets to read by; nil where they leave all events, or looking at each costs less.
    private static func facets(_ filter: EventFilter, _ index: some EventIndex) throws -> Facets? {
        guard filter.hasFacets || filter.hasFacetCondition else { return nil }
        let facets = try index.facets()
        return filter.hasFacets || facets.areFewer(filter) ? facets : nil
    }

    /// The next sequences, at most `limit`; none at the end.
    package mutating func next(_ limit: Int, _ index: some EventIndex) throws -> [Int64] {
        while pending.isEmpty, try step(limit, index) {}
        return take(limit)
    }

    /// Of what was found, at most so many.
    mutating func take(_ limit: Int) -> [Int64] {
        let found = Array(pending.prefix(limit))
        pending = pending.dropFirst(limit)
        return found
    }

    /// Looks for more, in one go that costs little; false at the end. `limit` are wanted.
    mutating func step(_ limit: Int, _ index: some EventIndex) throws -> Bool {
        guard pending.isEmpty else { return true }
        guard let piece = pieces.first else { return false }
        let next = try piece.isWorded ? nextWay(limit, index) : .look
        if next != way { turn(to: next) }
        if let plan, way == .words {
            let isPage = plan.rest == nil && limit < Self.chunk
            // Whoever reads on, as for deliveries, doesn't gather all words with a beginning for a few events each time.
            let grows = plan.rest != nil || plan.query.hasPrefix && isCheap == true
            let count =
                plan.query.hasPrefix && !isPage ? max(Self.gathered, limit) : portion(limit, grows: grows)
            let candidates = try worded.next(count, in: piece.range, index)
            narrow(piece.range, beyond: candidates.last)
            try enqueue(candidates, plan.rest, index)
        } else if let plan, let few = plan.few, way == .meet {
            try meet(few, plan.query, in: piece.range, limit, index)
        } else {
            var count = portion(limit, grows: residual != nil)
            // No more than tell which way is the best one.
            if piece.isWorded, looked.at < firstLook { count = min(count, firstLook - looked.at) }
            let candidates = try streams.next(count, in: piece.range, index)
            narrow(piece.range, beyond: candidates.last)
            try enqueue(candidates, residual, index)
            if piece.isWorded { looked = (looked.at + candidates.count, looked.wanted + pending.count) }
        }
        return true
    }

    /// Whether nothing is left to look at or to take.
    var isEnded: Bool { pieces.isEmpty && pending.isEmpty }

    /// What lies before it, in the order of the page, was looked at; nil where all was.
    var reached: Int64? {
        guard let range = pieces.first?.range else { return nil }
        return direction == .newestFirst
            ? range.upperBound.adding(saturating: 1) : range.lowerBound.subtracting(saturating: 1)
    }

    /// Which way costs least, within what the index of words holds.
    private mutating func nextWay(_ limit: Int, _ index: some EventIndex) throws -> Way {
        guard let plan else { return .look }
        let isPage = limit < Self.chunk
        let other: Way
        if let few = plan.few {
            // A rare word is found at once; a beginning would have to be gathered.
            if !plan.query.hasPrefix, !hasAsked { return .meet }
            let isFilling = looked.at < limits.fewest || looked.wanted * 2 >= looked.at
            guard few.count <= limits.fewest || isPage && isFilling else { return .meet }
            other = .meet
        } else {
            // A page is soon full where many words begin so; a count needs all of them anyway.
            let isFilling = looked.at < limits.firstLook || looked.wanted * 8 > looked.at
            guard plan.query.hasPrefix, isPage, isFilling else { return .words }
            other = .words
        }
        let cheap = try isCheap ?? plan.isCheap(limits, index)
        isCheap = cheap
        return cheap ? other : .look
    }

    /// Events that are looked at before it is known which way is the best one.
    private var firstLook: Int { plan?.few == nil ? limits.firstLook : limits.fewest }

    /// What was read ahead may have been found meanwhile in another way.
    private mutating func turn(to next: Way) {
        way = next
        portion = Self.firstPortion
        streams.reset()
        worded.reset()
    }

    private mutating func meet(
        _ plan: WordPlan.Few,
        _ query: WordQuery,
        in range: ClosedRange<Int64>,
        _ limit: Int,
        _ index: some EventIndex
    ) throws {
        guard hasAsked || query.hasPrefix else {
            hasAsked = true
            let asked = max(1, limits.fewest)
            let first = try worded.next(asked, in: range, index)
            let known = first.isEmpty ? [] : Set(try events(of: plan, in: range, index))
            narrow(range, beyond: first.count < asked ? nil : first.last)
            return try enqueue(first.filter(known.contains), plan.rest, index)
        }
        let left = try events(of: plan, in: range, index).filter(range.contains)
        guard let next = left.first, let last = left.last else { return narrow(range, beyond: nil) }
        // A beginning would be gathered anew for each portion.
        let count = query.hasPrefix ? left.count : portion(limit, grows: plan.rest != nil)
        if let found = try index.sequences(query, among: left, direction, limit: count) {
            narrow(range, beyond: found.count < count ? nil : found.last)
            return try enqueue(found, plan.rest, index)
        }
        let known = Set(left)
        let candidates = try worded.next(Self.gathered, in: min(next, last)...max(next, last), index)
        narrow(range, beyond: candidates.count < Self.gathered ? nil : candidates.last)
        try enqueue(candidates.filter(known.contains), plan.rest, index)
    }

    /// The few events of the facets, from here on.
    private mutating func events(
        of plan: WordPlan.Few,
        in range: ClosedRange<Int64>,
        _ index: some EventIndex
    ) throws -> [Int64] {
        if let few { return few }
        var streams = EventStreams(plan.facets.map { .facet($0) }, direction: direction)
        let known = try streams.next(limits.few, in: range, index)
        few = known
        return known
    }

    private mutating func portion(_ limit: Int, grows: Bool) -> Int {
        guard grows else { return limit }
        portion = min(portion * 2, Self.chunk)
        return max(portion, min(limit, Self.chunk))
    }

    /// Keeps those that the residual lets pass for the next answers.
    private mutating func enqueue(
        _ candidates: [Int64],
        _ residual: ResidualFilter?,
        _ index: some EventIndex
    ) throws {
        guard let residual, !candidates.isEmpty else {
            pending = candidates[...]
            return
        }
        var found: [Int64] = []
        var rest = candidates[...]
        while !rest.isEmpty {
            found += try index.passing(Array(rest.prefix(Self.chunk)), residual)
            rest = rest.dropFirst(Self.chunk)
        }
        pending = (direction == .newestFirst ? found.sorted(by: >) : found.sorted())[...]
    }

    /// Takes what was looked at off the range; drops it where nothing is left.
    private mutating func narrow(_ range: ClosedRange<Int64>, beyond last: Int64?) {
        var rest: ClosedRange<Int64>?
        if let last {
            switch direction {
            case .newestFirst: rest = last > range.lowerBound ? range.lowerBound...(last - 1) : nil
            case .oldestFirst: rest = last < range.upperBound ? (last + 1)...range.upperBound : nil
            }
        }
        if let rest {
            pieces[pieces.startIndex].range = rest
        } else {
            pieces = pieces.dropFirst()
            streams.reset()
            worded.reset()
            few = nil
        }
    }

    /// A range cut where the index of words begins and ends, lowest first.
    private static func pieces(of range: ClosedRange<Int64>, indexed: ClosedRange<Int64>?) -> [Piece] {
        guard let indexed, indexed.overlaps(range) else { return [Piece(range: range, isWorded: false)] }
        var pieces: [Piece] = []
        if range.lowerBound < indexed.lowerBound {
            pieces.append(Piece(range: range.lowerBound...(indexed.lowerBound - 1), isWorded: false))
        }
        pieces.append(Piece(range: indexed.clamped(to: range), isWorded: true))
        if range.upperBound > indexed.upperBound {
            pieces.append(Piece(range: (indexed.upperBound + 1)...range.upperBound, isWorded: false))
        }
        return pieces
    }

    /// Where events of the filter's time can be, oldest first. The block at which the scan begins holds events of other times,
    /// too: these are passed over at once.
    private static func ranges(
        _ filter: EventFilter,
        within whole: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        _ index: some EventIndex
    ) throws -> [ClosedRange<Int64>] {
        guard filter.from != nil || filter.to != nil else { return [whole] }
        var ranges = TimeBlocks.ranges(of: try index.blocks(from: filter.from, to: filter.to), within: whole)
        let isNewestFirst = direction == .newestFirst
        guard let range = isNewestFirst ? ranges.last : ranges.first else { return [] }
        let edge = isNewestFirst ? range.upperBound : range.lowerBound
        let block = TimeBlocks.sequences(of: edge / TimeBlocks.width).clamped(to: range)
        let first = try index.first(in: block, from: filter.from, to: filter.to, direction)
        let (low, high) =
            isNewestFirst
            ? (range.lowerBound, first ?? block.lowerBound.subtracting(saturating: 1))
            : (first ?? block.upperBound.adding(saturating: 1), range.upperBound)
        let place = isNewestFirst ? ranges.count - 1 : 0
        if low <= high { ranges[place] = low...high } else { ranges.remove(at: place) }
        return ranges
    }
}
