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
    /// The part in which it failed; nil where it was answered, or nothing was measured.
    private(set) var ended: Part?

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
        let hasFailed = attempt.outcome.status == nil
        if let first = attempt.firstByteMilliseconds?.clamped(to: 0...total) {
            add(.waiting, first - min(first, total - left))
            add(.answer, left)
            if hasFailed { ended = .answer }
            return
        }
        let last = hasFailed ? attempt.phases.flatMap { Self.unfinished($0, attempt.url, total) } : nil
        ended = last
        if last == .name, let index = parts.firstIndex(where: { $0.part == .name }) {
            parts[index].milliseconds += left
        } else {
            parts.append((last ?? .waiting, left))
        }
    }

    /// What an attempt without an answer was about when it ended: the first that had not ended yet.
    private static func unfinished(_ phases: AttemptPhases, _ url: String, _ total: Int) -> Part {
        if phases.isReused || phases.tls != nil { return .waiting }
        if phases.connect != nil { return url.lowercased().hasPrefix("https:") ? .tls : .waiting }
        guard let resolve = phases.resolve?.clamped(to: 0...total) else {
            // An address needs no look-up.
            return HTTPAddress.hasNumericHost(url) ? .connection : .name
        }
        // A name without an address ends with its look-up: of whole milliseconds, one may be left over.
        return resolve > 1 && total - resolve <= 1 ? .name : .connection
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
            if entry.part == ended { legend.append(", where it ended", .statusFail) }
        }
        if isReused { legend.append("; the connection was used again", .dim) }
        return legend
    }
}
