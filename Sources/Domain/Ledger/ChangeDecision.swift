package import Primitives

/// What an observation means, given what is known of the record. The one place where created, updated, deleted and
/// repeats are told apart, for polling and webhooks alike.
package struct ChangeDecision: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case event(Change, isUndelete: Bool)
        /// Nothing new, or only a touch; the entry may still have moved.
        case nothing
    }

    package let verdict: Verdict
    /// The ledger's entry afterwards; nil where it stays as it is.
    package let entry: LedgerEntry?
    package let changedFields: [FieldChange]
    /// The row was written and shows nothing that was: what was may stand in a field that is not read yet, so the ledger
    /// waits for the field list.
    package var isHeldBack = false
    /// Whether the record's former fields were known, so that `changedFields` is all that is seen to differ.
    package var isCompared = false

    /// How to judge, beside the ledger.
    package struct Policy: Sendable, Hashable {
        /// From when on records count as new: server time of the start, less the overlap. Records created since and
        /// unknown to the ledger are CREATED; they would have been in the baseline had they been visible.
        package var baseline: Timestamp?
        /// Fill the ledger and report nothing: the first read of a first run.
        package var isBaselineRead: Bool
        /// Of a baseline read: only what nobody knew passes for known. What became of a known record is news, as all that is live
        /// is reported, too.
        package var judgesKnown: Bool
        package var reportTouches: Bool
        /// Formulas: they move without the record being written, so that their change alone is none.
        package var derivedFields: Set<String>
        /// Entries of the log of deletions up to this moment are news only of records that are known: the log could not be
        /// read when the first run began, so that what was gone by then is not in the ledger.
        package var logFloor: Timestamp?
        /// The field list may be older than the rows: what was written is held back, whether it shows something new or
        /// not, for the write may have changed a field that the list lacks.
        package var awaitsFields: Bool
        /// The first read held all that there was: of records without a creation date, an id never seen is a new one.
        package var knowsAll: Bool
        /// The org's time is not past this, by its own word. What is known with a later stamp was shown so by mistake, or the
        /// org's clock was set back: it must not pass for newer than what the org shows now.
        package var reached: Timestamp?
        /// The first run had not begun yet at this time, by all clocks. The baseline may be long before that: it is as old as
        /// what polls found newest, and what they can't see may be younger and there all the same.
        package var begun: Timestamp?
        /// Stamps from before the first run that the org's time has not reached: its clock was ahead then and was set back. A
        /// row that carries one was there.
        package var unreached: Range<Timestamp>?

        package init(
            baseline: Timestamp?,
            isBaselineRead: Bool = false,
            judgesKnown: Bool = false,
            reportTouches: Bool = false,
            derivedFields: Set<String> = [],
            logFloor: Timestamp? = nil,
            awaitsFields: Bool = false,
            knowsAll: Bool = false,
            reached: Timestamp? = nil,
            begun: Timestamp? = nil,
            unreached: Range<Timestamp>? = nil
        ) {
            self.baseline = baseline
            self.isBaselineRead = isBaselineRead
            self.judgesKnown = judgesKnown
            self.reportTouches = reportTouches
            self.derivedFields = derivedFields
            self.logFloor = logFloor
            self.awaitsFields = awaitsFields
            self.knowsAll = knowsAll
            self.reached = reached
            self.begun = begun
            self.unreached = unreached
        }

        /// Whether a record counts as made since the start by its creation date.
        func isNew(_ created: Timestamp?) -> Bool {
            guard let created, let baseline else { return false }
            return created >= baseline && unreached?.contains(created) != true
        }

        /// Whether it was there when the first run began, as far as all clocks show.
        func wasThere(_ created: Timestamp?) -> Bool {
            guard let created, let begun else { return false }
            return created < begun
        }
    }

    /// `deletedAt`: when the event of a known deletion was received, by this machine's clock; nil where nobody knows.
    /// `toldAt`: when the record's last event was, where `looksOlder`; nil where no clock tells.
    package static func make(
        _ seen: Observation,
        known: LedgerEntry?,
        deletedAt: Timestamp? = nil,
        toldAt: Timestamp? = nil,
        policy: Policy
    ) -> ChangeDecision {
        var policy = policy
        if let known, let toldAt, let asked = seen.requestedAt, looksOlder(seen, than: known),
            asked >= toldAt.advanced(byMilliseconds: clockDifference)
        {
            policy.reached = min(policy.reached ?? seen.stamp, seen.stamp)
        }
        // The webhook of a deletion has the stamp of the last write, as has the row that was asked for before it: only when
        // it was asked for tells that row from an undelete within the second, which later polls see as well.
        if let known, let deletedAt, let requestedAt = seen.requestedAt, known.isDeleted, !seen.isDeleted,
            seen.stamp == known.stamp, requestedAt <= deletedAt
        {
            return nothing(known, seen)
        }
        let decision =
            ahead(seen, known: known, policy: policy)
            ?? (seen.guess != nil || known?.guess != nil
                ? guessing(seen, known: known, policy: policy) : judged(seen, known: known, policy: policy))
        guard policy.awaitsFields, seen.kind == .row, !seen.isDeleted, case .event = decision.verdict else {
            return decision
        }
        return ChangeDecision(verdict: .nothing, entry: nil, changedFields: [], isHeldBack: true)
    }

    /// Milliseconds by which the clocks of the nodes that share a store may differ.
    private static let clockDifference: Int64 = 60_000

    /// Whether a row goes by its stamp for older than what was told of its record. A row is the record's present state: where
    /// it was asked for after that was told, it is the known stamp that was never true, as of one that was ahead of the
    /// org's time for a while.
    package static func looksOlder(_ seen: Observation, than known: LedgerEntry) -> Bool {
        seen.kind == .row && seen.requestedAt != nil && seen.stamp < known.stamp && known.guess == nil
            && known.revision > 0 && !(known.isDeleted && seen.isDeleted)
    }

    static func judged(_ seen: Observation, known: LedgerEntry?, policy: Policy) -> ChangeDecision {
        guard var known else { return first(seen, policy: policy) }
        if policy.isBaselineRead {
            guard policy.judgesKnown else { return baseline(seen, known) }
            // The log may have a deletion that was undone since, which no row of the bin shows: a sweep finds what is gone.
            if seen.kind == .deleteLog { return ChangeDecision(verdict: .nothing, entry: nil, changedFields: []) }
        }
        if let reached = policy.reached, known.stamp > reached, seen.stamp <= reached,
            seen.kind == .row || seen.kind == .deleteLog
        {
            if seen.kind == .row, known.isDeleted == seen.isDeleted, isSame(seen, known, policy) {
                return corrected(known, seen, policy)
            }
            known.stamp = seen.stamp.advanced(byMilliseconds: -1)
        }
        switch (known.isDeleted, seen.isDeleted) {
        case (true, true): return nothing(known, seen)
        case (false, true): return deletion(seen, known)
        case (true, false): return revival(seen, known, policy)
        case (false, false): return write(seen, known, policy)
        }
    }

    private static func first(_ seen: Observation, policy: Policy) -> ChangeDecision {
        func entry(revision: Int64) -> LedgerEntry {
            LedgerEntry(stamp: seen.stamp, isDeleted: seen.isDeleted, fields: seen.fields, revision: revision)
        }
        let wasGoneBefore = seen.kind == .deleteLog && policy.logFloor.map { seen.stamp <= $0 } ?? false
        let isUnreached = seen.kind == .row && policy.unreached?.contains(seen.stamp) ?? false
        if policy.isBaselineRead || wasGoneBefore || isUnreached {
            return ChangeDecision(verdict: .nothing, entry: entry(revision: 0), changedFields: [])
        }
        let change: Change
        var isUndelete = false
        if seen.isDeleted {
            change = .deleted
        } else if policy.isNew(seen.createdDate), seen.kind == .row || !policy.wasThere(seen.createdDate) {
            // Whatever a webhook claims: the first news of a record made since the start is its creation.
            change = .created
        } else if case .webhook(let claimed, let undelete) = seen.kind {
            change = claimed == .deleted ? .updated : claimed
            isUndelete = undelete
        } else if policy.baseline == nil || policy.knowsAll && seen.createdDate == nil {
            change = .created
        } else {
            change = .updated
        }
        let changes = seen.previous.map { $0.changes(to: seen.fields, partial: false) } ?? []
        return ChangeDecision(
            verdict: .event(change, isUndelete: isUndelete),
            entry: entry(revision: 1),
            changedFields: change == .updated ? written(changes, policy) : [],
            isCompared: change == .updated && seen.previous != nil
        )
    }

    /// The fields that a person or a process wrote: neither the org's own stamps nor what it works out.
    private static func written(_ changes: [FieldChange], _ policy: Policy) -> [FieldChange] {
        changes.filter { change in
            !RecordFields.bookkeepingNames.contains(change.name) && !policy.derivedFields.contains(change.name)
        }
    }

    /// A first run that begins anew takes the record as it is by now.
    private static func baseline(_ seen: Observation, _ known: LedgerEntry) -> ChangeDecision {
        guard seen.stamp >= known.stamp, seen.kind == .deleteLog || !seen.fields.fields.isEmpty else {
            return ChangeDecision(verdict: .nothing, entry: nil, changedFields: [])
        }
        var entry = known
        entry.stamp = seen.stamp
        entry.isDeleted = seen.isDeleted
        if seen.kind == .row { entry.fields = seen.fields }
        return ChangeDecision(verdict: .nothing, entry: entry, changedFields: [])
    }

    /// Whether a row shows nothing new but the stamp by which it is read.
    private static func isSame(_ seen: Observation, _ known: LedgerEntry, _ policy: Policy) -> Bool {
        !known.fields.fields.isEmpty
            && changes(seen, known).allSatisfy { policy.derivedFields.contains($0.name) }
    }

    /// The stamp goes back to what the org shows.
    private static func corrected(_ known: LedgerEntry, _ seen: Observation, _ policy: Policy) -> ChangeDecision {
        // It may be of another write, which shows in a field that is not read yet.
        if policy.awaitsFields, !seen.isDeleted {
            return ChangeDecision(verdict: .nothing, entry: nil, changedFields: [], isHeldBack: true)
        }
        var entry = known
        entry.stamp = seen.stamp
        entry.fields = seen.fields
        return ChangeDecision(verdict: .nothing, entry: entry, changedFields: [])
    }

    private static func nothing(_ known: LedgerEntry, _ seen: Observation) -> ChangeDecision {
        guard seen.stamp > known.stamp else { return ChangeDecision(verdict: .nothing, entry: nil, changedFields: []) }
        var entry = known
        entry.stamp = seen.stamp
        if case .row = seen.kind { entry.fields = seen.fields }
        return ChangeDecision(verdict: .nothing, entry: entry, changedFields: [])
    }

    private static func deletion(_ seen: Observation, _ known: LedgerEntry) -> ChangeDecision {
        // A log entry or a late webhook from before the record came back says nothing about today.
        guard seen.stamp >= known.stamp else { return ChangeDecision(verdict: .nothing, entry: nil, changedFields: []) }
        var entry = known
        entry.stamp = seen.stamp
        entry.isDeleted = true
        entry.revision += 1
        switch seen.kind {
        case .deleteLog: break
        case .row: entry.fields = seen.fields
        // What the trigger left out, nulls among it, would look changed by the undelete.
        case .webhook: entry.fields = known.fields.merging(seen.fields.spelled(like: known.fields))
        }
        return ChangeDecision(verdict: .event(.deleted, isUndelete: false), entry: entry, changedFields: [])
    }

    private static func revival(_ seen: Observation, _ known: LedgerEntry, _ policy: Policy) -> ChangeDecision {
        // Only a row read after the deletion, or the org's own word, brings a record back.
        let isClaim = seen.kind.claimsUndelete
        guard
            seen.stamp > known.stamp || isClaim && seen.stamp >= known.stamp
                || seen.kind == .row && seen.stamp >= known.stamp
        else { return ChangeDecision(verdict: .nothing, entry: nil, changedFields: []) }
        return update(seen, known, changes(seen, known), policy, isUndelete: true)
    }

    /// A guess may have come without these, which a write moves, or an undelete, beside what it is of.
    private static let guessless = RecordFields.bookkeepingNames.union(["MasterRecordId"])

    private static func write(_ seen: Observation, _ known: LedgerEntry, _ policy: Policy) -> ChangeDecision {
        // An older write that comes late is part of what is already told.
        guard seen.stamp >= known.stamp else { return ChangeDecision(verdict: .nothing, entry: nil, changedFields: []) }
        // The creation of what is known comes late. With an equal stamp, what is known may be what a flow made of it in the
        // same transaction, whose webhook came first: the org posts them apart, and repeats one that failed.
        if case .webhook(claimed: .created, isUndelete: false) = seen.kind, seen.stamp == known.stamp {
            return nothing(known, seen)
        }
        let changes = changes(seen, known)
        // A message of the same second that comes late shows in what it didn't change itself only what was replaced since.
        let own =
            seen.stamp == known.stamp
            ? seen.previous.map { Set($0.changes(to: seen.fields, partial: false).map(\.name)) } : nil
        // With an equal stamp, a field that was not known before is one that was not asked for before; unless the org
        // shows the record as it was, where what is missing was null.
        let evidence = changes.filter { change in
            !policy.derivedFields.contains(change.name) && (own?.contains(change.name) ?? true)
                && (change.old != nil || seen.stamp > known.stamp || wasNull(change, seen))
                && (known.guess == nil || !guessless.contains(change.name))
        }
        if policy.awaitsFields, seen.kind == .row, seen.stamp > known.stamp, !known.fields.fields.isEmpty,
            evidence.allSatisfy({ RecordFields.bookkeepingNames.contains($0.name) })
        {
            return ChangeDecision(verdict: .nothing, entry: nil, changedFields: [], isHeldBack: true)
        }
        if evidence.isEmpty, !known.fields.fields.isEmpty {
            if seen.stamp == known.stamp || !policy.reportTouches { return nothing(known, seen) }
        }
        // Stamps are whole seconds: with an equal one only the content tells a second save from a repeat.
        if seen.stamp == known.stamp, known.fields.fields.isEmpty { return nothing(known, seen) }
        return update(seen, known, changes, policy, isUndelete: false)
    }

    /// What differs. A field that a later row lacks was removed from the object or hidden from us: the record did not
    /// change by that. Nor does a field show a change that a webhook without a stamp left out: such a one brings what its
    /// trigger chose.
    private static func changes(_ seen: Observation, _ known: LedgerEntry) -> [FieldChange] {
        if known.fields.fields.isEmpty { return [] }
        return known.fields.changes(to: seen.fields, partial: seen.kind != .row).filter { change in
            change.new != nil && (known.guess == nil || change.old != nil || wasNull(change, seen))
        }
    }

    /// Whether the org shows the record as it was, and the field as null then.
    private static func wasNull(_ change: FieldChange, _ seen: Observation) -> Bool {
        seen.previous.map { $0[change.name] == nil } ?? false
    }

    private static func update(
        _ seen: Observation,
        _ known: LedgerEntry,
        _ changes: [FieldChange],
        _ policy: Policy,
        isUndelete: Bool
    ) -> ChangeDecision {
        let partial = seen.kind != .row
        var entry = known
        entry.stamp = seen.stamp
        entry.isDeleted = false
        entry.fields = partial ? known.fields.merging(seen.fields.spelled(like: known.fields)) : seen.fields
        entry.revision += 1
        return ChangeDecision(
            verdict: .event(.updated, isUndelete: isUndelete),
            entry: entry,
            changedFields: written(changes, policy),
            isCompared: !known.fields.fields.isEmpty
        )
    }
}

extension RecordFields {
    /// These fields with those of `newer` laid over them.
    package func merging(_ newer: RecordFields) -> RecordFields {
        let names = Set(newer.fields.map(\.name))
        return RecordFields(fields.filter { !names.contains($0.name) } + newer.fields)
    }
}
