/// Who has deliveries in hand: one run of one process.
package struct ClaimOwner: Sendable, Hashable {
    /// The node's name with what makes the run the only one of this name, so that what an earlier run still has under way is
    /// never taken for this one's.
    package let name: String

    /// A new owner.
    package init(node: String) {
        let run = UInt64.random(in: .min ... .max)
        name = node + "/" + String(run, radix: 16)
    }
}
