/// Whether what is stored is whole.
package protocol IntegrityStore: Sendable {
    /// Whether the process that had the store before was ended before it could close it.
    var endedBadly: Bool { get }
    /// The first fault of the files, in the store's own words; nil where they are whole. Reads all of them, beside everything else.
    func damage() async throws -> String?
}
