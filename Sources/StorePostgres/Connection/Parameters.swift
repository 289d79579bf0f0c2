#if PostgreSQL
import CPostgres
import Foundation

/// A value that a statement takes, as PostgreSQL's binary format has it: numbers with their highest byte first.
protocol PostgresValue {
    /// The number that stands for its type in every PostgreSQL.
    static var type: Oid { get }
    /// Appends the bytes of one value; false for null.
    func write(to bytes: inout [UInt8]) -> Bool
}

extension Int64: PostgresValue {
    static var type: Oid { 20 }
    func write(to bytes: inout [UInt8]) -> Bool {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: self >> shift)) }
        return true
    }
}

extension Int: PostgresValue {
    static var type: Oid { Int64.type }
    func write(to bytes: inout [UInt8]) -> Bool { Int64(self).write(to: &bytes) }
}

extension Bool: PostgresValue {
    static var type: Oid { 16 }
    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }
}

/// A text ends at its first NUL, which no text of PostgreSQL holds; so do they in SQLite's store.
extension String: PostgresValue {
    static var type: Oid { 25 }
    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8.prefix { $0 != 0 })
        return true
    }
}

extension Data: PostgresValue {
    static var type: Oid { 17 }
    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: self)
        return true
    }
}

/// Bytes as they are, for `bytea`.
struct Bytes: PostgresValue {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static var type: Oid { 17 }
    func write(to all: inout [UInt8]) -> Bool {
        all.append(contentsOf: bytes)
        return true
    }
}

extension Optional: PostgresValue where Wrapped: PostgresValue {
    static var type: Oid { Wrapped.type }
    func write(to bytes: inout [UInt8]) -> Bool { self?.write(to: &bytes) ?? false }
}

/// Many values of one kind as one array: the column of a statement that takes rows by `unnest`.
struct Column<Value: PostgresValue>: PostgresValue {
    private var elements: [UInt8] = []
    private(set) var count = 0
    private var hasNull = false

    init() {}

    init(_ values: some Sequence<Value>) { for value in values { append(value) } }

    static var type: Oid {
        switch Value.type {
        case 16: 1000
        case 17: 1001
        case 20: 1016
        default: 1009
        }
    }

    mutating func append(_ value: Value) {
        let place = elements.count
        Self.write(0, to: &elements)
        count += 1
        if value.write(to: &elements) {
            let length = Int32(clamping: elements.count - place - 4)
            for (index, shift) in stride(from: 24, through: 0, by: -8).enumerated() {
                elements[place + index] = UInt8(truncatingIfNeeded: length >> Int32(shift))
            }
        } else {
            hasNull = true
            for index in 0..<4 { elements[place + index] = 0xFF }
        }
    }

    func write(to bytes: inout [UInt8]) -> Bool {
        Self.write(count == 0 ? 0 : 1, to: &bytes)
        Self.write(hasNull ? 1 : 0, to: &bytes)
        Self.write(Int32(bitPattern: Value.type), to: &bytes)
        guard count > 0 else { return true }
        Self.write(Int32(clamping: count), to: &bytes)
        Self.write(1, to: &bytes)
        bytes.append(contentsOf: elements)
        return true
    }

    private static func write(_ number: Int32, to bytes: inout [UInt8]) {
        for shift in stride(from: Int32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// The values of one run of a statement, `$1` first.
struct Parameters {
    private(set) var types: [Oid] = []
    private(set) var bytes: [UInt8] = []
    /// Where each begins, and how long it is; nil for null.
    private(set) var places: [(start: Int, length: Int)?] = []

    init(_ values: [any PostgresValue]) { for value in values { add(value) } }

    private mutating func add<Value: PostgresValue>(_ value: Value) {
        let start = bytes.count
        types.append(Value.type)
        places.append(value.write(to: &bytes) ? (start, bytes.count - start) : nil)
    }
}
#endif
