/// The index of words, which trails a little behind what is stored, so that storing pays nothing for it. Searches look at
/// what it doesn't hold event by event, so that they find the same however far it is.
///
/// ```swift
/// while try await !store.indexWords().isUpToDate {}
/// ```
package protocol WordIndexStore: Sendable {
    /// Adds the words of some more events, new ones before old ones: so few that whoever stores something hardly waits for it.
    func indexWords() async throws -> WordIndexState
    /// Calls back, from any thread, when the index turns out to be unusable, so that `indexWords` has all to do again.
    func onWordsLost(_ body: @escaping @Sendable () -> Void)
}

extension WordIndexStore {
    /// For an index that stands or falls with what else is stored.
    package func onWordsLost(_ body: @escaping @Sendable () -> Void) {}
}
