import Primitives

/// A field's value.
enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case instant(Stamp)
    /// Days since 1970.
    case date(Int)

    /// The value as the REST API writes it.
    var json: JSON {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(Self.spelling(number))
        case .text(let text): .string(text)
        case .instant(let stamp): .string(StampFormat.dateTime(stamp))
        case .date(let days): .string(StampFormat.date(days))
        }
    }

    func write(to output: inout [UInt8]) {
        switch self {
        case .text(let text): JSON.writeQuoted(text, to: &output)
        case .instant(let stamp):
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: StampFormat.dateTimeBytes(stamp))
            output.append(UInt8(ascii: "\""))
        default: json.write(to: &output)
        }
    }

    var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    private static func spelling(_ number: Double) -> String { "\(number)" }
}
