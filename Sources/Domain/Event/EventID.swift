import Crypto
package import Primitives

/// Makes the ids of events: 120 bits of a hash, written as 20 base64url characters, as the original's ids look. None
/// begins with a dash, so that no command takes an id for one of its options.
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
        let id = Base64.encodeURLSafe(SHA256.hash(data: Array(text.utf8)).prefix(15))
        return id.hasPrefix("-") ? "A" + id.dropFirst() : id
    }
}
