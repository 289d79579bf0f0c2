#if PostgreSQL
import Domain
import Foundation
package import Store

extension PostgresStore: MovableStore {
    private static let mark = "moving from"

    package func moveIdentity() async throws -> String {
        try await read { connection in
            let row = try connection.run("SELECT encode(sha256(data), 'hex') FROM meta WHERE name = 'key'").first
            return row.map { $0[0] } ?? ""
        }
    }

    package func moveUnderWay() async throws -> String? { try await read { try Self.moveUnderWay($0) } }

    static func moveUnderWay(_ connection: Connection) throws -> String? {
        try connection.run("SELECT convert_from(data, 'UTF8') FROM meta WHERE name = $1", [mark]).first.map { $0[0] }
    }

    package func movedRows(_ table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> [[MovedValue]] {
        let known = queue.state.secrets
        return try await read { connection in
            guard let known else { throw StoreError.noKey }
            let secrets = try DatabaseKey.inForce(connection, from: known)
            let tuple = table.key.map(\.name).joined(separator: ", ")
            let values = (key ?? []).map(Self.bound)
            let marks = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let rows = try connection.run(
                """
                SELECT \(table.columnNames) FROM \(table.name)
                \(key == nil ? "" : "WHERE (\(tuple)) > (\(marks))") ORDER BY \(tuple) LIMIT $\(values.count + 1)
                """,
                values + [Int64(limit)]
            )
            return try rows.map { row in
                try table.columns.enumerated().map { index, column in
                    let value = Self.value(row, index, column.kind)
                    guard column.kind == .sealed, let sealed = value.bytes else { return value }
                    return .text(try secrets.open(Data(sealed), context: InstanceRecord.secretContext(row[0])))
                }
            }
        }
    }

    package func lastMovedKey(_ table: MovedTable) async throws -> [MovedValue]? {
        try await read { connection in
            let names = table.key.map(\.name)
            let order = names.map { $0 + " DESC" }.joined(separator: ", ")
            let rows = try connection.run(
                "SELECT \(names.joined(separator: ", ")) FROM \(table.name) ORDER BY \(order) LIMIT 1"
            )
            return rows.first.map { row in table.key.enumerated().map { Self.value(row, $0.offset, $0.element.kind) } }
        }
    }

    package func insertMoved(_ rows: [[MovedValue]], into table: MovedTable) async throws {
        try await queue.perform { transaction in
            let secrets = try transaction.secrets
            var columns: [any PostgresValue] = []
            for (index, column) in table.columns.enumerated() {
                switch column.kind {
                case .integer: columns.append(Column(rows.map { $0[index].integer }))
                case .flag: columns.append(Column(rows.map { $0[index].integer.map { $0 != 0 } }))
                case .text: columns.append(Column(rows.map { $0[index].text }))
                case .bytes: columns.append(Column(rows.map { $0[index].bytes.map { Bytes($0) } }))
                case .sealed:
                    columns.append(
                        Column(
                            try rows.map { row in
                                try row[index].text.map {
                                    try secrets.seal($0, context: InstanceRecord.secretContext(row[0].integer ?? 0))
                                }
                            }
                        )
                    )
                }
            }
            let marks = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            try transaction.run(
                "INSERT INTO \(table.name) (\(table.columnNames)) SELECT * FROM unnest(\(marks))",
                columns
            )
        }
    }

    package func movedNumbers() async throws -> MovedNumbers {
        try await read { connection in
            let turn = try connection.run("SELECT sequence, instance FROM turn").first
            return MovedNumbers(
                nextSequence: turn.map { $0[0] } ?? 1,
                nextInstance: turn.map { $0[1] } ?? 1,
                clockStep: try connection.run("SELECT value FROM meta WHERE name = 'clock step'").number
            )
        }
    }

    package func beginMove(from identity: String) async throws {
        try await queue.perform { transaction in
            _ = try transaction.run("INSERT INTO meta (name, data) VALUES ($1, $2)", [Self.mark, Data(identity.utf8)])
        }
    }

    package func endMove(_ numbers: MovedNumbers) async throws {
        try await queue.perform { transaction in
            transaction.state.nextSequence = numbers.nextSequence
            transaction.state.nextInstance = numbers.nextInstance
            // What the database numbers by itself goes on behind what is here.
            for table in ["attempt", "audit"] {
                try transaction.run(
                    """
                    SELECT setval(pg_get_serial_sequence('\(table)', 'id'), max(id)) FROM \(table) HAVING max(id) IS NOT NULL
                    """
                )
            }
            // The index of words begins behind what is here, and grows both ways.
            var kept = [("words first", numbers.nextSequence), ("words last", numbers.nextSequence - 1)]
            if let step = numbers.clockStep { kept.append(("clock step", step)) }
            for (name, value) in kept {
                try transaction.run(
                    """
                    INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """,
                    [name, value]
                )
            }
            try transaction.run("DELETE FROM meta WHERE name = $1", [Self.mark])
        }
    }

    // MARK: Values

    private static func bound(_ value: MovedValue) -> any PostgresValue {
        switch value {
        case .null: nil as Int64?
        case .integer(let number): number
        case .text(let text): text
        case .bytes(let bytes): Bytes(bytes)
        }
    }

    private static func value(_ row: Row, _ index: Int, _ kind: MovedTable.Kind) -> MovedValue {
        switch kind {
        case .integer: MovedValue(row[index] as Int64?)
        case .flag: MovedValue((row[index] as Bool?).map { $0 ? 1 : 0 })
        case .text: MovedValue(row[index] as String?)
        case .bytes, .sealed: row.isNull(index) ? .null : .bytes(row[index])
        }
    }
}
#endif
