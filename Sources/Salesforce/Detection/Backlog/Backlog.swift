package import Domain
package import Primitives

/// A long span of an object's past that is read beside the polls, some parts of it at a time: see <doc:LongBacklogs>.
///
/// A value: what a page brings is stored with the backlog as it is behind that page, so that nothing of it is lost and
/// little of it read twice, whatever ends the reading.
package struct Backlog: Sendable, Hashable {
    /// A span of stamps that is read in order by one query at a time; the end exclusive.
    package struct Part: Sendable, Hashable {
        package var id: Int64
        /// Nil: from the first row that there is.
        package var from: Timestamp?
        package var to: Timestamp
        /// The last row that was stored.
        package var position: ChangeQuery.Position?
        /// Milliseconds that a query may reach, where the org's queries run too long for more.
        package var span: Int64?
        /// Whether rows of the recycle bin are news, too.
        package var includesDeleted: Bool

        /// How long the span is that is left of it, in milliseconds.
        package var length: Int64 { max(0, to.since(position?.stamp ?? from ?? ObjectPoll.dawn)) }
        package var isDone: Bool { from.map { $0 >= to } ?? false }
    }

    /// What is left to read; none of them overlap.
    package internal(set) var parts: [Part] = []
    /// Rows that were read, and about how many it is all together.
    package internal(set) var rows: Int64 = 0
    package internal(set) var total: Int64?
    package internal(set) var calls: Int64 = 0
    /// For how long it was being read.
    package internal(set) var milliseconds: Int64 = 0
    package var isPaused = false
    /// Of the parts that it has or had.
    package private(set) var lastID: Int64

    /// - Parameter lastID: of any part of the object's former backlogs that may still be under way. No number returns, so that
    ///   the last words of such a part say nothing of another.
    package init(after lastID: Int64 = 0) { self.lastID = lastID }

    package var isDone: Bool { parts.isEmpty }
    /// Where it ends: what is later the polls read.
    package var end: Timestamp? { parts.map(\.to).max() }

    /// Lets a poll leave a span to it.
    package mutating func add(_ span: BacklogSpan) {
        total = span.total.map { ($0).adding(saturating: total ?? 0) } ?? total
        guard let deletedFrom = span.deletedFrom else {
            return add(span, from: span.from, to: span.to, after: span.position, includesDeleted: true)
        }
        let border = min(max(deletedFrom, span.from ?? deletedFrom), span.to)
        let isRead = span.position.map { $0.stamp >= border } ?? false
        if span.from ?? ObjectPoll.dawn < border, !isRead {
            add(span, from: span.from, to: border, after: span.position, includesDeleted: false)
        }
        // What was read of it by then was not final.
        if border < span.to { add(span, from: border, to: span.to, after: nil, includesDeleted: true) }
    }

    private mutating func add(
        _ span: BacklogSpan,
        from: Timestamp?,
        to: Timestamp,
        after position: ChangeQuery.Position?,
        includesDeleted: Bool
    ) {
        if let last = parts.indices.last, let from, parts[last].to == from,
            parts[last].includesDeleted == includesDeleted
        {
            parts[last].to = to
            return
        }
        lastID += 1
        var part = Part(id: lastID, from: from, to: to, position: position, includesDeleted: includesDeleted)
        part.span = span.span
        parts.append(part)
    }

    /// Parts what is left until it has so many parts, halving the longest; none of them may be under way. The first page
    /// is read before that, to learn where there are rows at all.
    package mutating func spread(over width: Int) {
        guard rows > 0 else { return }
        while parts.count < width {
            guard let longest = parts.indices.max(by: { parts[$0].length < parts[$1].length }) else { return }
            let part = parts[longest]
            guard part.length >= Self.shortest else { return }
            let middle = ObjectPoll.wholeSecond(part.to.advanced(byMilliseconds: -part.length / 2))
            lastID += 1
            parts[longest].to = middle
            var later = part
            (later.id, later.from, later.position) = (lastID, middle, nil)
            parts.insert(later, at: longest + 1)
        }
    }

    /// Not worth halving: ten minutes.
    private static let shortest: Int64 = 600_000

    /// Takes how far a part was read; with the rows up to there, or behind them.
    package mutating func advance(to place: BacklogPlace, of id: Int64) {
        guard let index = parts.firstIndex(where: { $0.id == id }) else { return }
        rows += place.rows
        if rows == place.rows, parts.count == 1, let counted = place.total { total = counted }
        parts[index].from = place.from
        parts[index].position = place.position
        parts[index].span = place.span
        if parts[index].isDone { parts.remove(at: index) }
    }

    /// Takes account of what reading cost.
    package mutating func spend(calls: Int, milliseconds: Int64) {
        self.calls = self.calls.adding(saturating: Int64(calls))
        self.milliseconds = self.milliseconds.adding(saturating: max(0, milliseconds))
    }

    /// As people see it.
    package func progress(of object: String, problem: String? = nil) -> BackfillProgress {
        // Before its first page was read, the poll's count has what the poll reads itself, too.
        let counted = rows == 0 ? nil : total
        var progress = BackfillProgress(object: object, rows: rows, total: counted.map { max($0, rows) })
        progress.calls = calls
        progress.isPaused = isPaused
        progress.problem = problem
        guard milliseconds > 0, rows > 0 else { return progress }
        let perSecond = Double(rows) * 1000 / Double(milliseconds)
        progress.rowsPerSecond = Int64(saturating: perSecond.rounded())
        if let total = progress.total, !isPaused {
            progress.secondsLeft = Int64(saturating: (Double(total - rows) / perSecond).rounded(.up))
        }
        return progress
    }
}

/// What a poll leaves to be read beside the polls.
package struct BacklogSpan: Sendable, Hashable {
    package var from: Timestamp?
    package var to: Timestamp
    package var position: ChangeQuery.Position?
    /// From when on rows of the recycle bin are news; nil: all of them.
    package var deletedFrom: Timestamp?
    /// About how many rows it holds; nil where the org was asked for a part of it alone.
    package var total: Int64?
    /// Milliseconds that a query may reach, where the org's queries run too long for more.
    package var span: Int64?
}

/// How far a part of a backlog was read.
package struct BacklogPlace: Sendable, Hashable {
    package var from: Timestamp?
    package var position: ChangeQuery.Position?
    package var span: Int64?
    /// Rows of the page.
    package var rows: Int64 = 0
    /// Rows of the part, as the org counted them when its first page was read.
    package var total: Int64?
}
