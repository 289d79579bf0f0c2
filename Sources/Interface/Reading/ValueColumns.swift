import Domain
import Drawing
import Primitives

/// Names with two values each, in columns: what was and what is, or what two events hold.
struct ValueColumns {
    let name: Int
    let first: Int
    let second: Int
    let glyphs: Glyphs
    /// What stands between the values; an arrow where one became the other.
    let between: DisplayText

    /// Fits the columns to a width and to what they hold.
    init(_ fields: [FieldChange], width: Int, between: DisplayText, glyphs: Glyphs) {
        (self.glyphs, self.between) = (glyphs, between)
        let names = fields.lazy.map { DisplayText($0.name, limit: DetailLimits.nameColumns).width }.max() ?? 0
        name = min(names, DetailLimits.nameColumns, max(8, width / 3))
        let room = max(8, width - name - 4 - between.width - 2)
        let widest = fields.lazy.map { Self.text($0.old).width }.max() ?? 0
        let other = fields.lazy.map { Self.text($0.new).width }.max() ?? 0
        // Half for each, and what one has no use for to the other.
        first = max(4, min(widest, max(room / 2, room - other)))
        second = max(4, room - first)
        isStacked = width < 44
        self.width = width
    }

    private let isStacked: Bool
    private let width: Int

    /// The lines of one field; where the values differ, only what differs is in colour.
    func lines(_ change: FieldChange, isEqual: Bool = false) -> [StyledText] {
        let name = StyledText(DisplayText(change.name, limit: DetailLimits.columns), Style(.syntaxKey))
        let (old, new) = isEqual ? Self.equal(change) : Self.compared(change)
        guard !isStacked else {
            let mark = StyledText(between + " ", .dim)
            return name.wrapped(to: width)
                + (StyledText("  ") + old).wrapped(to: width, indent: 2)
                + (mark + new).wrapped(to: width, indent: 2)
        }
        let names = name.wrapped(to: self.name)
        let olds = old.wrapped(to: first)
        let news = new.wrapped(to: second)
        return (0..<max(names.count, olds.count, news.count)).map { index in
            var line = Self.cell(names, index, width: self.name) + StyledText("  ")
            line += Self.cell(olds, index, width: first) + StyledText(" ")
            line.append(index == 0 ? between : .spaces(between.width), .dim)
            line.append(" ")
            if news.indices.contains(index) { line += news[index] }
            return line
        }
    }

    private static func cell(_ lines: [StyledText], _ index: Int, width: Int) -> StyledText {
        guard lines.indices.contains(index) else { return StyledText(.spaces(width)) }
        return lines[index] + StyledText(.spaces(width - lines[index].width))
    }

    private static func equal(_ change: FieldChange) -> (StyledText, StyledText) {
        (StyledText(text(change.old), .dim), StyledText(text(change.new), .dim))
    }

    private static func compared(_ change: FieldChange) -> (StyledText, StyledText) {
        let (old, new) = (text(change.old), text(change.new))
        let (was, became): (Style, Style) = (Style(.changeDeleted), Style(.changeCreated).with(.bold))
        let (first, second) = (Array(old.string), Array(new.string))
        var head = 0
        while head < min(first.count, second.count), first[head] == second[head] { head += 1 }
        var tail = 0
        while tail < min(first.count, second.count) - head,
            first[first.count - 1 - tail] == second[second.count - 1 - tail]
        {
            tail += 1
        }
        // A few letters that two words happen to share tell nothing.
        guard (head + tail) * 2 >= min(first.count, second.count), head + tail > 2 else {
            return (StyledText(old, change.old == nil ? .faint : was), StyledText(new, became))
        }
        func styled(_ letters: [Character], _ plain: Style, _ changed: Style) -> StyledText {
            var text = StyledText(DisplayText(String(letters[..<head])), plain)
            text.append(DisplayText(String(letters[head..<(letters.count - tail)])), changed)
            text.append(DisplayText(String(letters[(letters.count - tail)...])), plain)
            return text
        }
        return (styled(first, .dim, was), styled(second, .text, became))
    }

    /// A JSON text as a person reads it; absent and null are a dash.
    static func text(_ raw: String?) -> DisplayText {
        guard let raw, raw != "null" else { return "—" }
        if let text = plain(raw) { return text.isEmpty ? "\"\"" : DisplayText(text, limit: DetailLimits.columns) }
        return DisplayText(raw, limit: DetailLimits.columns)
    }

    /// What a JSON string says.
    static func plain(_ raw: String) -> String? { raw.first == "\"" ? (try? JSON(parsing: raw))?.string : nil }
}

extension FieldChange {
    /// The members that differ, where a field holds an object before and after: `BillingAddress.city`.
    var parts: [FieldChange] {
        guard let old, let new, old.first == "{", new.first == "{", let before = try? RecordFields(parsing: old),
            let after = try? RecordFields(parsing: new)
        else { return [self] }
        let parts = before.changes(to: after, partial: false)
        return parts.isEmpty ? [self] : parts.map { FieldChange(name: "\(name).\($0.name)", old: $0.old, new: $0.new) }
    }

    var field: ReadField { ReadField(path: name, value: new.map { ValueColumns.plain($0) ?? $0 } ?? "") }
}
