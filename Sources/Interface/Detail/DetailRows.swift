import Domain
import Drawing
import EngineAPI
import Primitives

/// The rows of a tab, and everything that they depend on.
struct DetailRows: Sendable {
    struct Key: Sendable, Hashable {
        let sequence: Int64
        let revision: Int
        let tab: DetailTab
        let width: Int
        let isHex: Bool
        let toggled: Set<String>
        /// Whether nothing is folded, as something is looked for.
        let isUnfolded: Bool
        let callback: CallbackState?
        /// Whether the node answers: no key is offered while it is lost.
        let isLost: Bool
        let isSilent: Bool
        /// Times are written as of this minute.
        let minute: Int64
    }

    enum Content: Sendable {
        case laid(LaidRows)
        case tree(JSONTree)
        case raw(RawBytes)

        var source: any RowSource {
            switch self {
            case .laid(let rows): rows
            case .tree(let tree): tree
            case .raw(let raw): raw
            }
        }
    }

    let key: Key
    var content: Content

    /// What stands in a row, as it is copied.
    func field(of row: Int) -> ReadField? {
        switch content {
        case .laid(let rows): rows.rows.indices.contains(row) ? rows.rows[row].field : nil
        case .tree(let tree): tree.field(of: row)
        case .raw: nil
        }
    }
}

extension OpenEvent {
    /// What decides about the rows.
    func key(width: Int, isUnfolded: Bool, _ context: DashboardContext) -> DetailRows.Key {
        let owner = detail?.event.instanceID ?? context.instances.current
        return DetailRows.Key(
            sequence: sequence,
            revision: revision,
            tab: tab,
            width: width,
            isHex: isHex,
            toggled: toggled,
            isUnfolded: isUnfolded,
            callback: owner.flatMap { context.instances[$0]?.callback },
            isLost: context.instances.loss != nil,
            isSilent: context.instances.silence != nil,
            minute: tab == .attempts ? context.now.milliseconds / 60_000 : 0
        )
    }

    /// Lays the rows out anew where something changed that they show, so that frames and scrolling cost nothing.
    /// With `isUnfolded`, what is laid out as a whole shows all that it may fold.
    mutating func layOut(width: Int, isUnfolded: Bool, _ context: DashboardContext) {
        guard width > 0 else { return }
        let key = key(width: width, isUnfolded: isUnfolded, context)
        guard rows?.key != key else { return }
        // What is folded stays so while the same event is shown.
        if let rows, rows.key.sequence == sequence, case .tree(let tree) = rows.content { trees[rows.key.tab] = tree }
        rows = DetailRows(key: key, content: content(key, context))
    }

    private func content(_ key: DetailRows.Key, _ context: DashboardContext) -> DetailRows.Content {
        let width = key.width
        guard let detail else {
            var rows = LaidRows()
            if let failure {
                rows.add(StyledText(DisplayText(failure), .statusFail).wrapped(to: width))
            } else {
                let answersNot = key.isLost || key.isSilent
                rows.add(StyledText(answersNot ? "Loading… The node gives no answer." : "Loading…", .dim))
            }
            return .laid(rows)
        }
        switch tab {
        case .changes:
            return .laid(context.changeRows(detail.event, width: width, toggled: toggled, isUnfolded: key.isUnfolded))
        case .attempts:
            return .laid(context.attemptRows(detail, width: width, toggled: toggled, isUnfolded: key.isUnfolded))
        case .record: return tree(of: Array(detail.event.record.utf8), .fields, width: width, context)
        case .envelope: return tree(of: detail.body, .json, width: width, context)
        case .raw: return .raw(RawBytes(detail.body, isHex: isHex, width: width))
        }
    }

    private func tree(
        of bytes: [UInt8],
        _ notation: JSONTree.Notation,
        width: Int,
        _ context: DashboardContext
    ) -> DetailRows.Content {
        if let tree = trees[tab] { return .tree(tree) }
        guard bytes.count <= DetailLimits.json, let value = try? JSON(parsing: bytes) else {
            return .raw(RawBytes(bytes, isHex: false, width: width))
        }
        return .tree(JSONTree(value, notation, glyphs: context.glyphs))
    }
}
