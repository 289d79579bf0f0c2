import Crypto
package import Primitives

/// Makes the ids of events: the second of the change and 88 bits of a hash, written as 20 base64url characters, as the
/// original's ids look. None begins with a dash, so that no command takes an id for one of its options.
///
/// The second comes first so that ids of changes of about the same time are neighbours wherever they are indexed: were they
/// hashes alone, each event would write a page of the index of its own, a quarter of all that storing it costs.
package enum EventID {
    /// The same change of the same record always gets the same id: `revision` counts the record's events in the ledger.
    package static func make(
        instanceID: InstanceID,
        object: String,
        recordID: String,
        stamp: Timestamp,
        change: Change,
        revision: Int64
    ) -> String {
        let text = "\(instanceID)|\(object)|\(recordID)|\(stamp.milliseconds)|\(change.rawValue)|\(revision)"
        let second = UInt32(truncatingIfNeeded: stamp.seconds)
        var bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: second >> $0) }
        bytes += SHA256.hash(data: Array(text.utf8)).prefix(11)
        let id = Base64.encodeURLSafe(bytes)
        return id.utf8.first == 0x2D ? "A" + id.dropFirst() : id
    }
}
