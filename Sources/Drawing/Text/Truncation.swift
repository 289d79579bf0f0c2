/// Which part of a text goes when there isn't room for all of it.
package enum Truncation: Sendable {
    case end
    /// For ids and addresses, whose two ends tell them apart.
    case middle
    case start
}

/// Where a text stands in more room than it needs.
package enum Alignment: Sendable {
    case left
    case center
    case right

    /// How many columns of a wider place lie before a text.
    func start(of columns: Int, in width: Int) -> Int {
        switch self {
        case .left: 0
        case .center: (width - columns) / 2
        case .right: width - columns
        }
    }
}

extension DisplayText {
    /// The text in at most `columns` columns, with `mark` where something was cut.
    package func truncated(
        to columns: Int,
        _ truncation: Truncation = .end,
        mark: DisplayText = "…"
    ) -> DisplayText {
        guard width > columns else { return self }
        guard columns > 0 else { return .empty }
        guard columns > mark.width else { return mark.slice(from: 0, width: columns) }
        let room = columns - mark.width
        return switch truncation {
        case .end: slice(from: 0, width: room) + mark
        case .start: mark + slice(from: width - room, width: room)
        case .middle:
            slice(from: 0, width: room - room / 2) + mark + slice(from: width - room / 2, width: room / 2)
        }
    }

    /// The text in exactly `columns` columns: cut or filled with spaces.
    package func fitted(
        to columns: Int,
        _ alignment: Alignment = .left,
        _ truncation: Truncation = .end,
        mark: DisplayText = "…"
    ) -> DisplayText {
        let text = truncated(to: columns, truncation, mark: mark)
        let rest = max(0, columns - text.width)
        return switch alignment {
        case .left: text + .spaces(rest)
        case .right: .spaces(rest) + text
        case .center: .spaces(rest / 2) + text + .spaces(rest - rest / 2)
        }
    }

}
