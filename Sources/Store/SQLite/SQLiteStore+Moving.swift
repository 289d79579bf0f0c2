import Crypto
import Foundation
import GRDB

extension SQLiteStore: MovableStore {
    private static let mark = "moving from"

    package func moveIdentity() async throws -> String {
        let sealed = try await read { try Data.fetchOne($0, sql: "SELECT value FROM meta WHERE name = 'key'") }
        return SHA256.hash(data: sealed ?? Data()).map { String($0) }.joined(separator: ".")
    }

    package func moveUnderWay() async throws -> String? { try await read { try Self.moveUnderWay($0) } }

    static func moveUnderWay(_ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [mark])
    }

    package func movedRows(_ table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> [[MovedValue]] {
        guard let secrets = queue.state.secrets else { throw StoreError.noKey }
        return try await read { db in
            let names = table.key.map(Self.ordered)
            let tuple = names.joined(separator: ", ")
            let marks = names.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(table.columnNames)\(LedgerFields.column(of: table)) FROM \(table.name)
                    \(key == nil ? "" : "WHERE (\(tuple)) > (\(marks))") ORDER BY \(tuple) LIMIT ?
                    """,
                arguments: StatementArguments((key ?? []).map(Self.bound) + [limit])
            )
            return try rows.map { try Self.values($0, table, secrets) }
        }
    }

    package func lastMovedKey(_ table: MovedTable) async throws -> [MovedValue]? {
        try await read { db in
            let order = table.key.map { Self.ordered($0) + " DESC" }.joined(separator: ", ")
            let names = table.key.map(\.name).joined(separator: ", ")
            let row = try Row.fetchOne(db, sql: "SELECT \(names) FROM \(table.name) ORDER BY \(order) LIMIT 1")
            return row.map { row in table.key.enumerated().map { Self.value(row, $0.offset, $0.element.kind) } }
        }
    }

    package func insertMoved(_ rows: [[MovedValue]], into table: MovedTable) async throws {
        try await queue.perform { transaction in
            let secrets = try transaction.secrets
            let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
            let sql = "INSERT INTO \(table.name) (\(table.columnNames)) VALUES (\(marks))"
            for row in rows {
                var values = row.map(Self.bound)
                for (index, column) in table.columns.enumerated() where column.kind == .sealed {
                    values[index] = try row[index].text.map {
                        try secrets.seal($0, context: InstanceRecord.secretContext(row[0].integer ?? 0))
                    }
                }
                try transaction.run(sql, values)
            }
        }
    }

    package func movedNumbers() async throws -> MovedNumbers {
        try await read { db in
            func number(_ name: String) throws -> Int64? {
                try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
            }
            return MovedNumbers(
                nextSequence: try number("sequence") ?? 1,
                nextInstance: try number("instance") ?? 1,
                clockStep: try number("clock step")
            )
        }
    }

    package func beginMove(from identity: String) async throws {
        try await queue.perform { transaction in
            try transaction.run("INSERT INTO meta (name, value) VALUES (?, ?)", [Self.mark, identity])
        }
    }

    package func endMove(_ numbers: MovedNumbers) async throws {
        try await queue.perform { transaction in
            transaction.state.nextSequence = numbers.nextSequence
            transaction.state.nextInstance = numbers.nextInstance
            // The index of words begins behind what is here, and grows both ways.
            try WordEdition.set(WordEdition.random(), transaction)
            if let step = numbers.clockStep {
                try transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('clock step', ?)", [step])
            }
            try transaction.run("DELETE FROM meta WHERE name = ?", [Self.mark])
        }
    }

    // MARK: Values

    /// Keys are ordered by their bytes, whatever their column does with upper case.
    private static func ordered(_ column: MovedTable.Column) -> String {
        column.kind == .text ? column.name + " COLLATE BINARY" : column.name
    }

    private static func bound(_ value: MovedValue) -> (any DatabaseValueConvertible)? {
        switch value {
        case .null: nil
        case .integer(let number): number
        case .text(let text): text
        case .bytes(let bytes): Data(bytes)
        }
    }

    private static func value(_ row: Row, _ index: Int, _ kind: MovedTable.Kind) -> MovedValue {
        switch kind {
        case .integer, .flag: MovedValue(row[index] as Int64?)
        case .text: MovedValue(row[index] as String?)
        case .bytes, .sealed: MovedValue((row[index] as Data?).map { Array($0) })
        }
    }

    private static func values(_ row: Row, _ table: MovedTable, _ secrets: SecretBox) throws -> [MovedValue] {
        try table.columns.enumerated().map { index, column in
            let value = value(row, index, column.kind)
            if LedgerFields.isRead(column, of: table), let fields = value.text {
                return .text(try LedgerFields.text(fields, of: row[table.columns.count]))
            }
            guard column.kind == .sealed, let sealed = value.bytes else { return value }
            return .text(try secrets.open(Data(sealed), context: InstanceRecord.secretContext(row[0])))
        }
    }
}
