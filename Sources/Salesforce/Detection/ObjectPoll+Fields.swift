import Domain

/// Fields that come while the poller runs. A list of fields is kept for an hour; a row that was written and shows nothing
/// new may have been written in a field that the list lacks. Such rows stay as they were in the ledger until the list is
/// read anew, in the same poll; the cursor waits for them.
extension ObjectPoll {
    /// A page that is stored before the poll leaves its place.
    struct Tentative: Sendable {
        /// This poll as it was before the page; one, in a box.
        let before: [ObjectPoll]
        let page: QueryPage
        let finding: ObjectFinding
        var isStored = false
    }

    /// Whether rows of this read are shown to the store before their place is left.
    func awaitsFields(_ read: Read) -> Bool { !hasFreshFields && read.kind == .window }

    /// Takes what the store held back of the page.
    package mutating func settle(heldBack: Set<String>) {
        guard let waiting = tentative else { return }
        tentative = nil
        guard !heldBack.isEmpty, let before = waiting.before.first else { return }
        let clocks = clocks
        self = before
        takeClocks(clocks)
        heldPage = waiting.page
        isDescribed = false
    }

    /// Goes on with the page that waited for the field list: reads it anew if the list is another now.
    mutating func takeHeldPage(_ former: ObjectSchema?) {
        guard let page = heldPage else { return }
        heldPage = nil
        guard failure == nil, let schema else { return }
        if schema == former {
            takeWhole(page)
        } else {
            restartQuestion()
        }
        torn = []
    }
}
