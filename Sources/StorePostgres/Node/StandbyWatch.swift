#if PostgreSQL
import Logging
package import Store

/// Looks whether a node may come to a database that was refused. One question costs the server some 50 µs.
package final class StandbyWatch {
    private let address: PostgresAddress
    private let times: NodeTimes
    private var connection: Connection?

    package init(_ address: PostgresAddress, times: NodeTimes = NodeTimes()) {
        self.address = address
        self.times = times
    }

    /// Whether nobody is in the way, or the time of the one that is is over by the database's clock. It holds its thread.
    ///
    /// - Throws: `StoreError` where the server can't be asked.
    package func isFree() throws(StoreError) -> Bool {
        do {
            let connection = try connection ?? Connection(address, label: "standby")
            self.connection = connection
            return try connection.run(
                """
                SELECT NOT EXISTS (SELECT 1 FROM node WHERE (seen > clock_timestamp() - $1 * interval '1 millisecond'
                        OR pg_postmaster_start_time() > clock_timestamp() - $3 * interval '1 millisecond')
                    AND (exclusive OR protocol <> $2))
                """,
                [times.lasts, Schema.nodeProtocol, times.grace]
            ).number == 1
        } catch {
            // The next question goes over a new one, to whichever server is written to by then.
            connection = nil
            throw StoreError(postgres: error, address, Logger(label: "signalbox"))
        }
    }
}
#endif
