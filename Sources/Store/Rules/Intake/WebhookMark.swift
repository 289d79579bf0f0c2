package import Domain

/// Stands for a webhook's id beside its events. With it the content is compared as well, so that 64 bits are enough, and they
/// cost intake less than the id would.
package enum WebhookMark {
    package static func make(_ id: String) -> Int64 { Int64(bitPattern: hash(id)) }

    /// FNV-1a
    fileprivate static func hash(_ text: String, after former: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        text.utf8.reduce(former) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// Whether two webhooks that say the same may be one that was posted twice: unless both have ids that differ.
    package static func mayBeSame(_ one: Int64?, _ other: Int64?) -> Bool { one == nil || other == nil || one == other }
}

extension IntakeBatch {
    package var webhookMark: Int64? { webhookID.map { WebhookMark.make($0) } }
}

extension PreparedBatch {
    /// Names what a webhook says, by its id and its content: an id that its sender gives to all of them tells nothing alone.
    var saying: String? {
        guard let id = batch.webhookID else { return nil }
        let hash = texts.reduce(WebhookMark.hash(batch.webhookEnvelope ?? "")) { hash, text in
            WebhookMark.hash(text.storedPrevious ?? "", after: WebhookMark.hash(text.record, after: hash))
        }
        return "\(id) \(String(hash, radix: 16))"
    }
}
