import GRDB
import TestSupport
import Testing

@testable import Store

/// What is bound right into SQLite is what GRDB would have bound, and fails as it does.
struct BindingsTests {
    private func run(_ body: (WriteTransaction) throws -> Void) throws {
        try DatabaseQueue().write { db in
            try db.execute(
                sql:
                    "CREATE TABLE t (id INTEGER PRIMARY KEY, number INTEGER, text TEXT NOT NULL UNIQUE, other TEXT) STRICT"
            )
            try body(WriteTransaction(db: db, state: WriterState()))
        }
    }

    @Test(arguments: [
        "", "a", "Ünï 東京 👨‍👩‍👧", "'quote\"", "before\0behind", String(repeating: "x", count: 100_000),
    ])
    func `values are those that GRDB binds`(text: String) throws {
        try run { transaction in
            for (id, number) in [(1, Int64.max), (2, .min), (3, nil)] as [(Int64, Int64?)] {
                try transaction.run("INSERT INTO t VALUES (?, ?, ?, ?)") {
                    $0.add(id)
                    $0.add(number)
                    $0.add("\(id)" + text)
                    $0.add(number == nil ? nil : text)
                }
                try transaction.run(
                    "INSERT INTO t VALUES (?, ?, ?, ?)",
                    [id + 10, number, "1\(id)" + text, number == nil ? nil : text]
                )
            }
            let rows = try transaction.rows(
                "SELECT id, number, text, other FROM t ORDER BY id",
                []
            )
            #expect(rows.count == 6)
            #expect(rows[..<3].map { $0[1] as Int64? } == rows[3...].map { $0[1] as Int64? })
            #expect(rows[..<3].map { $0[3] as String? } == rows[3...].map { $0[3] as String? })
            let lengths = try transaction.rows("SELECT length(CAST(text AS BLOB)) - (id > 10) FROM t ORDER BY id", [])
            #expect(lengths[..<3].map { $0[0] as Int } == lengths[3...].map { $0[0] as Int })
            let read = try transaction.first("SELECT text, number, id = 1 FROM t WHERE id = ?") {
                $0.add(1)
            } _: {
                ($0.text(0), $0.integer(1), $0.flag(2))
            }
            #expect(read?.0 == "1" + text.prefix { $0 != "\0" })
            #expect(read?.1 == .max && read?.2 == true)
            #expect(try transaction.first("SELECT 1 FROM t WHERE id = ?", { $0.add(99) }, { $0.integer(0) }) == nil)
        }
    }

    @Test func `rows are read one after another, bytes as they were`() throws {
        try run { transaction in
            try transaction.db.execute(
                sql: "CREATE TABLE b (id INTEGER PRIMARY KEY, bytes BLOB, number INTEGER) STRICT"
            )
            let rows: [([UInt8], Int?)] = [
                ([], nil), ([0], 0), ([1, 0, 255], .max), (Array(repeating: 9, count: 70_000), 7),
            ]
            for (id, (bytes, number)) in rows.enumerated() {
                try transaction.run("INSERT INTO b VALUES (?, ?, ?)") {
                    $0.add(id)
                    $0.add(blob: bytes)
                    $0.add(number)
                }
            }
            var read: [(isNull: Bool, number: Int?, length: Int64, hex: String)] = []
            let columns: StaticString =
                "SELECT bytes, number, ifnull(length(bytes), 0), substr(hex(bytes), 1, 6) FROM b WHERE id < ? ORDER BY id"
            try transaction.each(columns, { $0.add(9) }) { row in
                let number = row.isNull(1) ? nil : Int(row.integer(1))
                read.append((row.isNull(0), number, row.integer(2), row.text(3)))
            }
            #expect(read.map(\.isNull) == [true, false, false, false])
            #expect(read.map(\.number) == rows.map(\.1))
            #expect(read.map(\.length) == rows.map { Int64($0.0.count) })
            #expect(read.map(\.hex) == ["", "00", "0100FF", "090909"])
            #expect(throws: StopReading.self) {
                try transaction.each("SELECT id FROM b WHERE id >= ?", { $0.add(0) }) { _ in throw StopReading() }
            }
            // Nothing is left open by one who stops.
            let count = try transaction.first("SELECT count(*) FROM b WHERE id >= ?", { $0.add(0) }, { $0.integer(0) })
            #expect(count == 4)
        }
    }

    private struct StopReading: Error {}

    @Test func `a statement that failed says why and runs again`() throws {
        try run { transaction in
            func insert(_ id: Int64, _ text: String) throws {
                try transaction.run("INSERT INTO t (id, text) VALUES (?, ?)") {
                    $0.add(id)
                    $0.add(text)
                }
            }
            try insert(1, "a")
            let sql = "INSERT INTO t (id, text) VALUES (?,  ?)"
            let expected = #expect(throws: DatabaseError.self) { try transaction.run(sql, [2, "a"]) }
            let error = #expect(throws: DatabaseError.self) { try insert(2, "a") }
            #expect(error?.extendedResultCode == expected?.extendedResultCode && error?.message == expected?.message)
            try insert(2, "b")
            #expect(try transaction.row("SELECT count(*) FROM t", [])?[0] == 2)
        }
    }

    /// A mark without a value would have the one of the run before.
    @Test(arguments: [1, 3]) func `every mark gets a value`(values: Int) throws {
        try run { transaction in
            let error = #expect(throws: DatabaseError.self) {
                try transaction.run("INSERT INTO t (id, text) VALUES (?, ?)") { row in
                    for value in 0..<values { row.add("\(value)") }
                }
            }
            #expect(error?.resultCode == .SQLITE_MISUSE)
        }
    }
}
