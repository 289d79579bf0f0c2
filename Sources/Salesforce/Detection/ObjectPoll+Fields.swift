import Domain
import Primitives

/// Fields that come while the poller runs. A list of fields is kept for an hour, and what is written may have been written
/// in a field that the list lacks, beside what shows or alone. So rows that were written since they were read last stay as
/// they were in the ledger until the list is read anew, in the same poll; the cursor waits for them. A list that is read
/// after a row has all the fields that the row was written in. That costs a call for all objects of a poll that bring news,
/// and none in a quiet one.
extension ObjectPoll {
    /// Whether rows of this read are shown to the store before their place is left.
    func awaitsFields(_ read: Read) -> Bool {
        !fields.isFresh && (read.kind == .window || read.kind == .closing)
    }

    /// Whether rows of the page are news for sure, so that nobody needs to ask the store: no poll has read past them.
    func isNews(_ observations: [Observation]) -> Bool {
        guard let cursor = record.cursor else { return false }
        // A row from the future is past the cursor at each poll.
        let newest = max(cursor, time.former.anchor?.newest?.stamp ?? cursor)
        let limit = limit ?? .distantFuture
        return observations.contains { !$0.isDeleted && $0.stamp > newest && $0.stamp <= limit }
    }

    /// Goes back to before the page, which waits for the field list.
    mutating func hold(_ page: QueryPage, from before: ObjectPoll) {
        let (clocks, check) = (time.clocks, overlap.check)
        self = before
        overlap.check = check
        time.update(clocks)
        fields.hold(page)
    }

    /// Takes what the store held back of the page.
    package mutating func settle(heldBack: Set<String>) {
        guard let waiting = outbox.settle(), !heldBack.isEmpty, let before = waiting.before else { return }
        hold(waiting.page, from: before)
    }

    /// Goes on with the page that waited for the field list: reads it anew if the list is another now.
    mutating func acceptHeldPage(_ former: ObjectSchema?) {
        guard let page = fields.release(), failure == nil, let schema else { return }
        if schema == former {
            acceptWhole(page)
        } else {
            restartQuestion()
        }
    }

    /// Takes the field list; a failure ends this object's poll.
    package mutating func acceptSchema(_ result: Result<ObjectSchema, SalesforceError>) {
        let former = schema
        defer { acceptHeldPage(former) }
        switch result {
        case .success(let described):
            let schema = fields.accept(described, parts: resume.parts)
            if record.cursor != nil { limits.recovery.learn(width: fields.first.count) }
            // What was too much for one query once may not be for ever; but the pages of a query that is being read hold
            // what it named.
            let mayGrow = !fields.wasRedescribed && !fields.holdsPage && record.problem != Self.refusesOnAndOn
            if mayGrow, let parts = resume.parts {
                resume.parts = parts > 2 ? parts / 2 : nil
            }
            fields.part(in: resume.parts)
            if !schema.isQueryable {
                fail(SalesforceError(.refused, "\(schema.name) can't be queried, so it can't be polled."))
            } else if schema.stamp == nil {
                fail(
                    SalesforceError(
                        .refused,
                        "\(schema.name) has no modification stamp that can be filtered, so its changes can't be found."
                    )
                )
            }
        case .failure(let error):
            fields.acceptFailure()
            fail(error)
        }
    }
}
