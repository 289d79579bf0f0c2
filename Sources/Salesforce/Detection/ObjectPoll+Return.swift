import Domain
import Primitives

/// What comes back: an object that was taken off the list and put back, and records that were reported as deleted because they
/// were out of sight.
extension ObjectPoll {
    // MARK: The object

    /// What a first run begins with. One that begins now skips what became of known records meanwhile, as of all others.
    var firstStage: Stage {
        switch reads.current?.kind {
        case .bin, .window: .former
        default: .begin
        }
    }

    /// Whether records are known from before. Neither the recycle bin nor the log of deletions reaches back as far as they may:
    /// which of them are gone is found by a sweep behind the rows.
    mutating func acceptFormer(_ ids: [String]) {
        resume.mustSweep = !ids.isEmpty
        stage = .begin
    }

    // MARK: Records

    /// Goes on to hold what is known against the org: what was out of sight first, where that is due.
    mutating func beginSweep() {
        stage = request.reconcile && !resume.unseen.isEmpty ? .recall : .sweep(chunks: 0)
    }

    /// Asks for what still counts as deleted.
    mutating func acceptRecalled(_ states: [String: LedgerState]) {
        resume.keepUnseen { states[$0]?.isDeleted == true }
        let entries = resume.unseen.map { DeleteLog.Entry(recordID: $0, date: states[$0]?.stamp ?? time.now) }
        if let look = LookUp(entries, width: lookUpWidth) {
            stage = .returned(look)
        } else {
            stage = .sweep(chunks: 0)
        }
    }

    /// A live row shows that its record is back. It is asked for until the ledger says so, too: the row is not believed where it
    /// was asked for too soon after the deletion was reported (`ChangeDecision.looksOlder`).
    mutating func acceptReturned(_ page: QueryPage) {
        guard case .returned(var look) = stage, let schema else { return }
        count(page)
        for id in page.rows.compactMap({ $0.identifier("Id") }) { look.find(id) }
        let seen = page.rows.compactMap { observation($0, schema, of: page) }
            .filter { !page.torn.contains($0.recordID) }
        // What is in the recycle bin was deleted indeed: were it undeleted, its stamp would say so to the next poll.
        let binned = Set(seen.lazy.filter(\.isDeleted).map(\.recordID))
        resume.keepUnseen { !binned.contains($0) }
        outbox.enqueue(batch(seen.filter { !$0.isDeleted }, isBaseline: false, source: .reconciliation))
        if look.missing(after: page) == nil {
            stage = .returned(look)
        } else if let next = look.next {
            stage = .returned(next)
        } else {
            stage = .sweep(chunks: 0)
        }
    }
}

extension ObjectPoll.Stage {
    /// Whether rows of known records are asked for by id, to learn which of them are there.
    var isSweeping: Bool {
        switch self {
        case .returned, .lookUp: true
        default: false
        }
    }
}
