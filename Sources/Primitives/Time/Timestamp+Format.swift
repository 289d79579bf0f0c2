extension Timestamp {
    /// `2026-11-23T18:07:00Z`: the form of `events[].date` and of SOQL literals; milliseconds are cut.
    package var iso: String { Self.text(writeISO) }

    /// `2026-11-23T18:07:00.123Z`.
    package var isoMilliseconds: String { "\(datePart)T\(timePart).\(pad(parts.millisecond, 3))Z" }

    /// `2026-11-23T18:07:00.000+0000`: as Salesforce writes it (no colon in the offset).
    package var salesforce: String { "\(datePart)T\(timePart).\(pad(parts.millisecond, 3))+0000" }

    /// `Mon, 20 Aug 2018 15:30:07 GMT`: RFC 9110's form of a date.
    package var httpDate: String {
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = parts
        let day = "\(weekdays[parts.weekday]), \(pad(parts.day, 2)) \(months[parts.month - 1]) \(pad(parts.year, 4))"
        return "\(day) \(timePart) GMT"
    }

    /// `2026-11-23`.
    package var datePart: String {
        let parts = parts
        return "\(pad(parts.year, 4))-\(pad(parts.month, 2))-\(pad(parts.day, 2))"
    }

    /// `18:07:00`.
    package var timePart: String {
        let parts = parts
        return "\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))"
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var out: [UInt8] = []
        write(&out)
        return String(decoding: out, as: UTF8.self)
    }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Reads `2026-11-23`, `2026-11-23T18:07:00[.123][Z|+0000|+00:00|-0730]`; nil for anything else.
    ///
    /// Salesforce writes offsets without a colon, which most ISO 8601 parsers refuse.
    ///
    /// Texts and slices each have their own entrance: what is generic across modules is not made for either, and this runs
    /// several times for each record.
    package init?(parsing text: String) { self.init(bytes: text.utf8.makeIterator()) }
    package init?(parsing text: Substring) { self.init(bytes: text.utf8.makeIterator()) }

    private init?(bytes: some IteratorProtocol<UInt8>) {
        var reader = ByteReader(bytes)
        guard let year = reader.number(4), reader.consume(0x2D), let month = reader.number(2), reader.consume(0x2D),
            let day = reader.number(2)
        else { return nil }
        if reader.isAtEnd {
            self.init(year: year, month: month, day: day)
            return
        }
        guard reader.consume(0x54) || reader.consume(0x20), let hour = reader.number(2), reader.consume(0x3A),
            let minute = reader.number(2)
        else { return nil }
        var second = 0
        var millisecond = 0
        if reader.consume(0x3A) {
            guard let value = reader.number(2) else { return nil }
            second = value
            if reader.consume(0x2E) {
                guard let value = reader.thousandths() else { return nil }
                millisecond = value
            }
        }
        var offset = 0
        if !reader.consume(0x5A), !reader.isAtEnd {
            let sign = reader.consume(0x2B) ? 1 : reader.consume(0x2D) ? -1 : 0
            guard sign != 0, let hours = reader.number(2) else { return nil }
            _ = reader.consume(0x3A)
            guard let minutes = reader.isAtEnd ? 0 : reader.number(2) else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd,
            let local = Timestamp(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second,
                millisecond: millisecond
            )
        else { return nil }
        self = local.advanced(bySeconds: Int64(-offset * 60))
    }
}

/// Walks over the bytes of a written moment: every row of every page has some.
private struct ByteReader<Bytes: IteratorProtocol<UInt8>> {
    private var rest: Bytes
    private var next: UInt8?

    init(_ bytes: Bytes) {
        rest = bytes
        next = rest.next()
    }

    var isAtEnd: Bool { next == nil }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        next = rest.next()
        return true
    }

    private mutating func digit() -> Int? {
        guard let byte = next, (0x30...0x39).contains(byte) else { return nil }
        next = rest.next()
        return Int(byte) - 0x30
    }

    /// A number of exactly so many digits.
    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The first three decimals of a second, of however many there are; nil if there is none.
    mutating func thousandths() -> Int? {
        guard let tenths = digit() else { return nil }
        let hundredths = digit() ?? 0
        let thousandths = digit() ?? 0
        while digit() != nil {}
        return tenths * 100 + hundredths * 10 + thousandths
    }
}
