#if PostgreSQL
import CPostgres
import Foundation

/// What a statement answered, in PostgreSQL's binary format.
@safe final class Rows: RandomAccessCollection {
    private let result: OpaquePointer

    /// Takes a result over, which ends with this.
    init(_ result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(result) }

    var startIndex: Int { 0 }
    var endIndex: Int { unsafe Int(PQntuples(result)) }
    subscript(index: Int) -> Row { Row(rows: self, index: Int32(index)) }

    /// The number that it is about, in the first column of its first row; nil where there is no row, or nothing in it.
    var number: Int64? { first.flatMap { $0[0] as Int64? } }

    /// Rows that a statement without an answer has written.
    var changed: Int { unsafe Int(String(cString: PQcmdTuples(result))) ?? 0 }

    fileprivate func isNull(_ row: Int32, _ column: Int) -> Bool {
        unsafe PQgetisnull(result, row, Int32(column)) == 1
    }

    /// The bytes of a value, as long as these rows are there.
    @unsafe fileprivate func bytes(_ row: Int32, _ column: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, Int32(column)),
            count: Int(PQgetlength(result, row, Int32(column)))
        )
    }
}

/// One of them. A column is read as what it is taken for; what may be null is taken for an optional.
struct Row {
    fileprivate let rows: Rows
    fileprivate let index: Int32

    func isNull(_ column: Int) -> Bool { rows.isNull(index, column) }

    /// Of any width.
    subscript(column: Int) -> Int64 {
        let bytes = unsafe rows.bytes(index, column)
        guard let first = unsafe bytes.first else { return 0 }
        // A boolean is one byte without a sign.
        if bytes.count == 1 { return Int64(first) }
        var number: Int64 = first & 0x80 == 0 ? 0 : -1
        for place in 0..<bytes.count { number = unsafe number << 8 | Int64(bytes[place]) }
        return number
    }

    subscript(column: Int) -> Int { Int(clamping: self[column] as Int64) }
    subscript(column: Int) -> Bool { self[column] as Int64 != 0 }
    /// Empty for null.
    subscript(column: Int) -> String {
        unsafe String(decoding: rows.bytes(index, column), as: UTF8.self)
    }
    subscript(column: Int) -> [UInt8] { unsafe Array(rows.bytes(index, column)) }
    subscript(column: Int) -> Data { Data(self[column] as [UInt8]) }

    subscript(column: Int) -> Int64? { isNull(column) ? nil : self[column] as Int64 }
    subscript(column: Int) -> Int? { isNull(column) ? nil : self[column] as Int }
    subscript(column: Int) -> String? { isNull(column) ? nil : self[column] as String }
    subscript(column: Int) -> Bool? { isNull(column) ? nil : self[column] as Bool }
}
#endif
