import Crypto
import Domain

/// Moves all that one store holds into another, which is empty or holds the beginning of the same move: that one goes on
/// behind the last row that is there. At the end each table is compared, row by row, before anybody may use it.
package struct StoreMove: Sendable {
    /// What was moved.
    package struct Summary: Sendable, Hashable {
        package var events: Int64 = 0
        package var instances: Int64 = 0
        package var rows: Int64 = 0
        /// Of all rows of all tables, in hexadecimal digits; the same of both stores.
        package var hash = ""
    }

    private let source: any MovableStore
    private let target: any MovableStore
    private let report: @Sendable (_ table: String, _ rows: Int64) -> Void

    package init(
        from source: any MovableStore,
        to target: any MovableStore,
        report: @escaping @Sendable (_ table: String, _ rows: Int64) -> Void = { _, _ in }
    ) {
        self.source = source
        self.target = target
        self.report = report
    }

    /// - Throws: `StoreError`; the source is as it was, and the target can be gone on with.
    package func run() async throws -> Summary {
        let identity = try await source.moveIdentity()
        if try await source.moveUnderWay() != nil {
            throw StoreError(
                .other,
                "The store to move from is itself in the middle of a move; bring that to its end first."
            )
        }
        if let other = try await target.moveUnderWay() {
            guard other == identity else {
                throw StoreError(
                    .other,
                    "The store to move into holds the beginning of another move; bring that to its end, or name an empty one."
                )
            }
        } else {
            for table in MovedTable.all where try await target.lastMovedKey(table) != nil {
                throw StoreError(
                    .other,
                    "The store to move into is not empty (its table “\(table.name)” has rows); name an empty one."
                )
            }
            try await target.beginMove(from: identity)
        }
        for table in MovedTable.all { try await copy(table) }
        let summary = try await compare()
        try await target.endMove(try await source.movedNumbers())
        return summary
    }

    private func copy(_ table: MovedTable) async throws {
        var key = try await target.lastMovedKey(table)
        var moved: Int64 = 0
        while true {
            try Task.checkCancellation()
            let rows = try await source.movedRows(table, after: key, limit: table.step)
            guard let last = rows.last else { break }
            try await target.insertMoved(rows, into: table)
            key = Array(last.prefix(table.keyCount))
            moved += Int64(rows.count)
        }
        report(table.name, moved)
    }

    private func compare() async throws -> Summary {
        var summary = Summary()
        var all = SHA256()
        for table in MovedTable.all {
            let (here, there) = (try await digest(table, of: source), try await digest(table, of: target))
            guard here == there else {
                throw StoreError(
                    .other,
                    "The table “\(table.name)” is not the same in both stores (\(here.rows) rows here, \(there.rows) there, or "
                        + "others), as the first one was used meanwhile; begin again with an empty one."
                )
            }
            summary.rows += here.rows
            if table.name == "event" { summary.events = here.rows }
            if table.name == "instance" { summary.instances = here.rows }
            all.update(data: Array(table.name.utf8))
            all.update(data: here.hash)
        }
        summary.hash = all.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
        return summary
    }

    private struct Digest: Equatable {
        var rows: Int64 = 0
        var hash: [UInt8] = []
    }

    private func digest(_ table: MovedTable, of store: any MovableStore) async throws -> Digest {
        var digest = Digest()
        var hash = SHA256()
        var key: [MovedValue]?
        while true {
            try Task.checkCancellation()
            let rows = try await store.movedRows(table, after: key, limit: table.step)
            guard let last = rows.last else { break }
            var bytes: [UInt8] = []
            for row in rows { for value in row { value.append(to: &bytes) } }
            hash.update(data: bytes)
            digest.rows += Int64(rows.count)
            key = Array(last.prefix(table.keyCount))
        }
        digest.hash = Array(hash.finalize())
        return digest
    }
}

extension MovedValue {
    /// So that no two rows have the same bytes: its kind and length before its own.
    fileprivate func append(to bytes: inout [UInt8]) {
        func append(_ kind: UInt8, _ number: Int64) {
            bytes.append(kind)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
            }
        }
        switch self {
        case .null: bytes.append(0)
        case .integer(let number): append(1, number)
        case .text(let text):
            append(2, Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        case .bytes(let own):
            append(3, Int64(own.count))
            bytes.append(contentsOf: own)
        }
    }
}
