import Domain
import Primitives
import Salesforce

/// What people changed while a poll is running. It goes on with what it began, so that its pages are stored as if it knew.
struct PageAmendments: Sendable {
    /// Objects that were taken off the list, in lower case. They may be back on it by now: their first run is the next poll's,
    /// and what this one brings of them is from before.
    var forgotten: Set<String> = []
    /// Where objects begin whose backlogs were cancelled, by their names in lower case.
    var baselines: [String: Timestamp] = [:]

    func amended(_ page: PollPage) -> PollPage {
        guard !forgotten.isEmpty || !baselines.isEmpty else { return page }
        var page = page
        page.observations.removeAll { isForgotten($0.object) }
        page.pollerRecords.removeAll { isForgotten($0.object) }
        page.backlogs = page.backlogs.filter { !isForgotten($0.key) }
        for index in page.pollerRecords.indices {
            let record = page.pollerRecords[index]
            page.pollerRecords[index].baseline = baseline(of: record.object, record.baseline)
        }
        for (object, policy) in page.policies {
            page.policies[object]?.baseline = baseline(of: object, policy.baseline)
        }
        return page
    }

    private func isForgotten(_ object: String) -> Bool { forgotten.contains(object.lowercased()) }

    private func baseline(of object: String, _ known: Timestamp?) -> Timestamp? {
        guard let least = baselines[object.lowercased()] else { return known }
        return max(known ?? least, least)
    }
}
