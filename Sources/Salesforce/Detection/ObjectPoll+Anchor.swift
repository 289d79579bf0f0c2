import Domain
import Primitives

/// Where a first run begins.
extension ObjectPoll {
    /// The newest rows show a first run where the org's time stands; without any, all that will ever be there is new.
    mutating func acceptAnchor(_ page: QueryPage, days: Int?) {
        if let days, page.rows.isEmpty {
            // Nobody knows how old the newest row is, so nobody knows the org's time.
            let sentence = "The org can't sort \(name) by time, and nothing was written in the last \(days) days."
            return fail(SalesforceError(.transient, sentence))
        }
        let stamps = page.rows.compactMap { row in schema?.stamp.flatMap { row.timestamp($0) } }
        guard stamps.count == page.rows.count else {
            // Taken for an empty org, whatever there is would be reported as new.
            let stamp = schema?.stamp ?? "stamp"
            let sentence = "The org's newest rows of \(name) carry no \(stamp); it is asked again soon."
            return fail(SalesforceError(.transient, sentence, code: RestFailure.unusableCode))
        }
        // Where no clock is near any of them, the stamps are right; one that is ahead of all clocks while others are not
        // is a row from the future.
        if let stamp = stamps.first(where: { OrgAnchor.isBorneOut($0, by: time.clocks) })
            ?? stamps.first(where: { OrgAnchor.isPlausible($0, at: time.clocks) }) ?? stamps.first
        {
            time.begin(at: stamp)
            resume.anchor = OrgAnchor(stamp: stamp, seenAt: time.clocks)
        }
        reads.plan(plan())
        stage = firstStage
        guard let schema, !schema.hasCreatedDate, days == nil, page.isDone, var read = reads.current,
            read.kind == .baseline, page.rows.count < ChangeQuery.newestRows(schema)
        else { return }
        read.firstIDs = Set(page.rows.compactMap { $0.identifier("Id") })
        read.lower = Self.dawn
        reads.update(read)
    }
}
