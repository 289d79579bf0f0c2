import Domain
import Foundation
import GRDB
import Primitives

extension Attempt {
    /// Oldest first.
    static func all(of notificationID: Int64, _ db: Database) throws -> [Attempt] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, notification, number, replay, started, ms, url, status, error, headers, body, first_byte,
                    resolve, connect, tls, reused
                FROM attempt
                WHERE notification = ? ORDER BY id
                """
        )
        return try Row.fetchAll(statement, arguments: [notificationID]).map { Attempt($0) }
    }

    private init(_ row: Row) {
        self.init(
            id: row[0],
            notificationID: row[1],
            number: row[2],
            isReplay: Attempt.isReplay(code: row[3]),
            startedAt: Timestamp(milliseconds: row[4]),
            milliseconds: row[5],
            firstByteMilliseconds: row[11],
            phases: (row[15] as Bool?).map { isReused in
                AttemptPhases(resolve: row[12], connect: row[13], tls: row[14], isReused: isReused)
            },
            url: row[6],
            outcome: AttemptOutcome(status: row[7], failure: row[8]),
            responseHeaders: HeaderList.parse(row[9]),
            responseBody: (row[10] as Data?).map { Array($0) } ?? []
        )
        isEdited = Attempt.isEdited(code: row[3])
    }
}
