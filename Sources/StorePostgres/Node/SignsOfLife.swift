#if PostgreSQL
/// The signs of life that a node gave and got an answer to, by the database's clock: by them it may take others for dead.
///
/// After an outage of the database, or of the way to it, nobody's sign of life is young, and whoever comes back first must not
/// take the others for dead; neither must one that starts right after it. So a node goes by its own signs: they have to have
/// come for the whole time without a gap, from its first one on.
struct SignsOfLife: Sendable, Hashable {
    let node: Int64
    let times: NodeTimes
    /// The last one, in microseconds since 1970.
    private(set) var last: Int64 = 0
    /// Since when there was no gap.
    private(set) var steady: Int64 = 0

    init(of node: Int64, _ times: NodeTimes) {
        self.node = node
        self.times = times
    }

    /// When a row of `node` was seen, as it stands in `last`.
    static let moment = "(extract(epoch FROM seen) * 1000000)::bigint"

    mutating func wasAnswered(at moment: Int64) {
        if last == 0 || moment - last > times.gap * 1000 { steady = moment }
        last = moment
    }

    /// Which rows of `node` are those of others that are dead. A sign of this node's own whose answer is still on its way may
    /// have come behind a gap.
    static let isOtherDead = """
        fence <> $1 AND seen <= clock_timestamp() - $2 * interval '1 millisecond'
        AND pg_postmaster_start_time() <= clock_timestamp() - $3 * interval '1 millisecond'
        AND EXISTS (SELECT 1 FROM (SELECT fence, seen, \(moment) AS last FROM node) o
            WHERE o.fence = $1 AND o.last = $4 AND o.seen > clock_timestamp() - $5 * interval '1 millisecond')
        AND (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - $6 >= $2 * 1000
        """

    var values: [any PostgresValue] { [node, times.lasts, times.grace, last, times.gap, steady] }
}
#endif
