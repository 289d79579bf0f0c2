import Domain
import Primitives

/// Holds the part of the overlap that is not read again in full against the ledger, in one poll. Pure: it says what to ask
/// and takes the answers; <doc:TheOverlap> says why nothing is missed by that.
///
/// Live records are counted by the org in a few windows along with the poll's first question, and by the ledger once all
/// that this poll found is stored. A window that disagrees is parted until its parts fit a page or agree; what is left is
/// read narrowly, and what such a read shows that the ledger does not know is to be fetched.
struct OverlapCheck: Sendable {
    enum Step: Sendable {
        case ledger(LedgerQuestion)
        case send([ObjectRequest])
        /// The full rows of these records.
        case fetch([String])
        case done
    }

    let span: StampWindow
    /// What the ledger has with a later stamp was shown so by mistake.
    var reached = Timestamp.distantFuture
    /// By how much the ledger has more live records of a stamp than the org showed: not shared any more, for one.
    private(set) var differences: [Timestamp: Int]
    /// Why the org's counts are of no use.
    private(set) var refusal: SalesforceError?
    /// What could not be read: the next poll has to check the same again.
    private(set) var failure: SalesforceError?
    /// The org counted other than it showed, and nothing was unknown.
    private(set) var isMiscounted = false

    private let pageRows: Int
    private let counted: [StampWindow]
    private let isCounting: Bool
    private var counts: [StampWindow: WindowCount] = [:]
    private var digest: StampDigest?
    private var isCompared = false
    private var doubtful: [StampWindow] = []
    private var reads: [NarrowRead] = []
    private var sightings: [NarrowRead.Sighting] = []
    private var unknown: [String] = []
    private var sawUnknown = false
    private var isMeasured = false
    /// All of the span is read instead of counted.
    private var readsAll = false

    /// `counted` are the windows to count, together the span; without any, all of it is read narrowly.
    init(
        span: StampWindow,
        counted: [StampWindow],
        differences: [Timestamp: Int],
        pageRows: Int
    ) {
        self.span = span
        self.counted = counted
        self.isCounting = !counted.isEmpty
        self.differences = differences
        self.pageRows = pageRows
    }

    // MARK: With the poll's first question

    /// What goes with the first question, as far as there is room, and is not answered yet.
    var firstRequests: [ObjectRequest] {
        guard failure == nil, !isCompared else { return [] }
        return refusal == nil ? counted.filter { counts[$0] == nil }.map { .count($0) } : []
    }

    mutating func accept(_ count: WindowCount, of window: StampWindow) {
        guard isCompared else {
            counts[window] = count
            return
        }
        doubtful.removeAll { $0 == window }
        if !agrees(count, in: window) { doubt(window, count) }
    }

    mutating func accept(
        _ page: QueryPage,
        of window: StampWindow,
        after position: ChangeQuery.Position?,
        stamp: String
    ) {
        let asked = reads.firstIndex { $0.window == window && $0.position == position && !$0.isDone }
        guard let asked else { return }
        guard let seen = reads[asked].accept(page, stamp: stamp) else {
            return abandon(
                SalesforceError(.transient, "The org's answer is not what was asked for; it is asked again soon.")
            )
        }
        sightings += seen
    }

    mutating func refuse(_ error: SalesforceError) {
        if refusal == nil { refusal = error }
    }

    /// Gives up for this poll; what was found so far is told all the same.
    mutating func abandon(_ error: SalesforceError) {
        if failure == nil { failure = error }
        reads.removeAll { !$0.isDone }
        doubtful = []
    }

    // MARK: After the rows

    mutating func next() -> Step {
        let unasked = firstRequests
        if !unasked.isEmpty { return .send(unasked) }
        guard digest != nil else { return .ledger(.stamps(from: span.from, to: span.to)) }
        if !isCompared { compare() }
        if refusal != nil, !doubtful.isEmpty {
            // The org changed its mind about counting half-way.
            for window in doubtful { read(window) }
            doubtful = []
        }
        if !doubtful.isEmpty { return .send(doubtful.prefix(CompositeCall.maximumQueries).map { .count($0) }) }
        if !sightings.isEmpty { return .ledger(.states(sightings.prefix(pageRows).map(\.recordID))) }
        let wanted = reads.filter { !$0.isDone }.prefix(CompositeCall.maximumQueries)
        if !wanted.isEmpty { return .send(wanted.map(\.request)) }
        if !unknown.isEmpty { return .fetch(unknown) }
        if !isMeasured, !measured.isEmpty { return .ledger(.stamps(from: span.from, to: span.to)) }
        return .done
    }

    mutating func accept(_ answer: LedgerAnswer) {
        switch answer {
        case .ids: break
        case .stamps(let stamps):
            if digest == nil { digest = StampDigest(stamps) } else { measure(StampDigest(stamps)) }
        case .states(let states):
            for seen in sightings.prefix(pageRows) where isUnknown(seen, states[seen.recordID]) {
                unknown.append(seen.recordID)
                sawUnknown = true
            }
            sightings.removeFirst(min(pageRows, sightings.count))
        }
    }

    private func isUnknown(_ seen: NarrowRead.Sighting, _ known: LedgerState?) -> Bool {
        guard let known else { return true }
        return known.isOutdated(by: seen.stamp, isDeleted: seen.isDeleted)
            || known.stamp > reached && seen.stamp < known.stamp && seen.stamp <= reached
    }

    /// The rows that were to be fetched are on their way to the store.
    mutating func acceptFetched() { unknown = [] }

    // MARK: Comparing

    private mutating func compare() {
        isCompared = true
        guard isCounting, refusal == nil else {
            guard failure == nil else { return }
            readsAll = true
            for part in digest?.parts(of: span, of: pageRows) ?? [span] { read(part) }
            return
        }
        for window in counted where failure == nil {
            guard let count = counts[window] else {
                read(window)
                continue
            }
            if !agrees(count, in: window) { doubt(window, count) }
        }
    }

    private func agrees(_ count: WindowCount, in window: StampWindow) -> Bool {
        guard let digest else { return false }
        let known = digest.within(window)
        let odd = differences.filter { window.contains($0.key) }
        let expected = digest.records(in: window) - odd.values.reduce(0, +)
        guard count.records == expected else { return false }
        return !odd.isEmpty || count.records == 0
            || count.first == known.first?.stamp && count.last == known.last?.stamp
    }

    private mutating func doubt(_ window: StampWindow, _ count: WindowCount) {
        counts[window] = count
        let most = max(count.records, digest?.records(in: window) ?? 0)
        let size = max(pageRows, (most - 1) / CompositeCall.maximumQueries + 1)
        let parts = most > pageRows ? digest?.parts(of: window, of: size) ?? [] : []
        if parts.count > 1 { doubtful += parts } else { read(window) }
    }

    private mutating func read(_ window: StampWindow) { reads.append(NarrowRead(window, limit: pageRows)) }

    /// Reads of windows that were read to their end because of a count.
    private var measured: [NarrowRead] {
        readsAll ? [] : reads.filter(\.isDone)
    }

    /// Remembers by how much ledger and org still differ, so that the same difference is no reason to read again.
    private mutating func measure(_ digest: StampDigest) {
        isMeasured = true
        for read in measured {
            differences = differences.filter { !read.window.contains($0.key) }
            var left = read.live
            for count in digest.within(read.window) {
                let difference = count.records - (left.removeValue(forKey: count.stamp) ?? 0)
                if difference != 0 { differences[count.stamp] = difference }
            }
            for (stamp, records) in left { differences[stamp] = -records }
            let shown = read.live.values.reduce(0, +)
            let isAllKnown = !sawUnknown && shown == digest.records(in: read.window)
            if isAllKnown, let count = counts[read.window], count.records != shown { isMiscounted = true }
        }
        // So many are no rarity that is worth remembering; reading again costs what it always did.
        if differences.count > Self.mostDifferences { differences = [:] }
    }

    static let mostDifferences = 256
}
