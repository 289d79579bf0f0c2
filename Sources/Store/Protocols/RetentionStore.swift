package import Primitives

/// Where events go when they have been kept long enough. The ledger stays: it decides what the next change of a record is,
/// and drops repeats, whether the record's events are still there or not.
package protocol RetentionStore: Sendable {
    /// Whether events are taken away by this process; false where another node of the store does it.
    var keepsHouse: Bool { get }
    /// How the history stands, with the last event before each of these moments.
    func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts
    /// Takes away the oldest deliveries that the request allows, with their events, attempts, counts and words: behind the
    /// one with this number, about so many events. Never one that is open, nor one that an open bulk replay will come to.
    /// Whoever stores something meanwhile waits for one step at most.
    func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep
    /// Ends some of what is still open of an instance that was deleted, or takes away some of its ledger; false where nothing
    /// of any is left. Takes away as well what a start could not, and did not need to.
    func removeRemains() async throws -> Bool
    /// Gives space of what went back, a little at a time; false when there is nothing more to give.
    func giveBack(_ what: GivenBack) async throws -> Bool
}

extension RetentionStore {
    /// A store of one process is never another one's.
    package var keepsHouse: Bool { true }
}

/// Where space is, after much was purged.
package enum GivenBack: Sendable, Hashable {
    /// In the index of words, which keeps what went as marks until its parts are written anew. Worth it where much went.
    case words(isFirst: Bool)
    /// In free pages of the file, beyond those that are soon used again.
    case pages
}
