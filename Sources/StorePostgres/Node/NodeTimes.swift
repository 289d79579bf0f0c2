#if PostgreSQL
/// How long a node keeps the database to itself without a word, in milliseconds.
package struct NodeTimes: Sendable, Hashable {
    /// Between two signs of life.
    package var beat: Int64
    /// Without a sign of life for so long, by the database's clock, another node may take the database over.
    package var lasts: Int64
    /// Without an answer to a sign of life for so long, by its own clock, a node does nothing more: earlier than another one
    /// may begin.
    package var trusts: Int64
    /// With longer between two signs of life of its own a node has not seen whether others gave theirs: the way to the database,
    /// or the database, was away.
    var gap: Int64 { lasts / 2 }
    /// Without a sign of life for so long another node is not asked what it knows: it has missed one.
    var silence: Int64 { beat + beat / 2 }
    /// So long after the server's start nobody is dead, as it was the server that was away.
    var grace: Int64 { min(lasts, 10_000) }
    /// How long a write is tried again that may pass.
    package var patience: Int64
    /// How long whoever may look for himself waits to hear what became of a commit whose answer was lost: shorter than any
    /// watchdog takes for it.
    package var doubt: Int64

    package init(
        beat: Int64 = 5_000,
        lasts: Int64 = 15_000,
        trusts: Int64 = 10_000,
        patience: Int64 = 10_000,
        doubt: Int64 = 30_000
    ) {
        self.doubt = doubt
        self.patience = patience
        self.beat = beat
        self.lasts = lasts
        self.trusts = trusts
    }
}
#endif
