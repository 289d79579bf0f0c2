import Domain
import Foundation
import GRDB
import Primitives

extension Attempt {
    /// Oldest first.
    static func all(of notificationID: Int64, _ db: Database) throws -> [Attempt] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, notification, number, replay, started, ms, url, status, error, headers, body FROM attempt
                WHERE notification = ? ORDER BY id
                """
        )
        return try Row.fetchAll(statement, arguments: [notificationID]).map { Attempt($0) }
    }

    static func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

    private init(_ row: Row) {
        let headers = (row[9] as String?).flatMap { (try? JSON(parsing: $0))?.array } ?? []
        self.init(
            id: row[0],
            notificationID: row[1],
            number: row[2],
            isReplay: row[3],
            startedAt: Timestamp(milliseconds: row[4]),
            milliseconds: row[5],
            url: row[6],
            outcome: (row[7] as Int?).map { .response(status: $0) } ?? .failure(row[8] as String? ?? ""),
            responseHeaders: headers.compactMap { pair in
                guard let pair = pair.array, pair.count == 2, let name = pair[0].string, let value = pair[1].string
                else { return nil }
                return Header(name: name, value: value)
            },
            responseBody: (row[10] as Data?).map { Array($0) } ?? []
        )
    }
}
