import Domain
import Drawing
import Primitives

/// What the time of an attempt was made of, one part after another, and how that is drawn and said.
struct AttemptTimes: Equatable {
    enum Part: Int, CaseIterable, Equatable {
        case name, connection, tls, waiting, answer

        var word: DisplayText {
            switch self {
            case .name: "name"
            case .connection: "connection"
            case .tls: "TLS"
            case .waiting: "waiting"
            case .answer: "answer"
            }
        }

        var role: StyleRole {
            switch self {
            case .name: .chartLow
            case .connection: .chartMid
            case .tls: .chartHigh
            case .waiting: .accent
            case .answer: .statusInfo
            }
        }

        func glyph(_ glyphs: Glyphs) -> DisplayText {
            glyphs.phases.indices.contains(rawValue) ? glyphs.phases[rawValue] : glyphs.sliderFilled
        }
    }

    /// In their order; together the whole time.
    private(set) var parts: [(part: Part, milliseconds: Int)] = []
    let total: Int
    let isReused: Bool

    init(_ attempt: Attempt) {
        // Of another node's making, it may be anything; a bar is a share of it.
        total = attempt.milliseconds.clamped(to: 0...(1 << 40))
        isReused = attempt.phases?.isReused == true
        var left = total
        func add(_ part: Part, _ milliseconds: Int?) {
            guard let milliseconds else { return }
            let taken = milliseconds.clamped(to: 0...left)
            left -= taken
            parts.append((part, taken))
        }
        add(.name, attempt.phases?.resolve)
        add(.connection, attempt.phases?.connect)
        add(.tls, attempt.phases?.tls)
        // What nobody answered ended in waiting: for the next of these, or for the answer.
        let first = attempt.firstByteMilliseconds?.clamped(to: 0...total) ?? total
        add(.waiting, first - min(first, total - left))
        if attempt.firstByteMilliseconds != nil { add(.answer, left) }
    }

    static func == (left: AttemptTimes, right: AttemptTimes) -> Bool {
        left.total == right.total && left.isReused == right.isReused && left.parts.elementsEqual(right.parts, by: ==)
    }

    /// Each part with its glyph and colour, as long as its share.
    func bar(columns: Int, glyphs: Glyphs) -> StyledText {
        var bar = StyledText()
        var passed = 0
        var drawn = 0
        for (part, milliseconds) in parts {
            passed += milliseconds
            let end = total == 0 ? (part == parts.last?.part ? columns : 0) : columns * passed / total
            let run = Array(repeating: part.glyph(glyphs), count: max(0, end - drawn)).joined()
            bar.append(run, Style(part.role))
            drawn = max(drawn, end)
        }
        return bar
    }

    /// `· name 3 ms, ╌ connection 12 ms, ═ TLS 40 ms, ━ waiting 9 ms, ─ answer 2 ms`: the bar's legend.
    func legend(glyphs: Glyphs, time: (Int) -> String) -> StyledText {
        var legend = StyledText()
        for (index, entry) in parts.enumerated() {
            if index > 0 { legend.append(", ", .dim) }
            legend.append(entry.part.glyph(glyphs) + " ", Style(entry.part.role))
            legend.append(entry.part.word + " " + DisplayText(time(entry.milliseconds)), .dim)
        }
        if isReused { legend.append("; the connection was used again", .dim) }
        return legend
    }
}
