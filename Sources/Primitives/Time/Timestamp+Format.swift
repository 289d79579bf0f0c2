extension Timestamp {
    /// `2026-11-23T18:07:00Z`: the form of `events[].date` and of SOQL literals; milliseconds are cut.
    package var iso: String { "\(datePart)T\(timePart)Z" }

    /// `2026-11-23T18:07:00.123Z`.
    package var isoMilliseconds: String { "\(datePart)T\(timePart).\(pad(parts.millisecond, 3))Z" }

    /// `2026-11-23T18:07:00.000+0000`: as Salesforce writes it (no colon in the offset).
    package var salesforce: String { "\(datePart)T\(timePart).\(pad(parts.millisecond, 3))+0000" }

    /// `Mon Aug 20 15:30:07 UTC 2018`: Java's `Date.toString()`, which Cloud Elements sends as `createdDate`.
    package var javaDate: String {
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = parts
        return
            "\(weekdays[parts.weekday]) \(months[parts.month - 1]) \(pad(parts.day, 2)) \(timePart) UTC \(parts.year)"
    }

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

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Reads `2026-11-23`, `2026-11-23T18:07:00[.123][Z|+0000|+00:00|-0730]`; nil for anything else.
    ///
    /// Salesforce writes offsets without a colon, which most ISO 8601 parsers refuse.
    package init?(parsing text: String) {
        var rest = Substring(text)
        func number(_ digits: Int) -> Int? {
            let part = rest.prefix(digits)
            guard part.count == digits, part.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            rest = rest.dropFirst(digits)
            return Int(part)
        }
        func consume(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), consume("-"), let month = number(2), consume("-"), let day = number(2) else {
            return nil
        }
        if rest.isEmpty {
            guard let date = Timestamp(year: year, month: month, day: day) else { return nil }
            self = date
            return
        }
        guard consume("T") || consume(" "), let hour = number(2), consume(":"), let minute = number(2) else {
            return nil
        }
        var second = 0
        var millisecond = 0
        if consume(":") {
            guard let value = number(2) else { return nil }
            second = value
            if consume(".") {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty else { return nil }
                rest = rest.dropFirst(digits.count)
                millisecond = Int((digits + "000").prefix(3)) ?? 0
            }
        }
        var offset = 0
        if !consume("Z"), !rest.isEmpty {
            let sign = consume("+") ? 1 : consume("-") ? -1 : 0
            guard sign != 0, let hours = number(2) else { return nil }
            _ = consume(":")
            guard let minutes = rest.isEmpty ? 0 : number(2) else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard rest.isEmpty,
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
