import Domain
import Drawing
import EngineAPI
import Primitives

extension AuditList {
    /// A row an entry, and below them all of the selected one.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let index = selection ?? 0
        let width = min(120, rect.width - 2)
        let about = entries.isEmpty ? [] : aboutLines(entries[index], width: width - 4, context)
        let none = entries.isEmpty ? none(context) : nil
        let rows =
            none?.wrapped(to: width - 4).count ?? max(1, min(entries.count, max(3, rect.height - about.count - 6)))
        let inner = painter.window(
            Size(width: width, height: rows + (about.isEmpty ? 0 : about.count + 1) + 2),
            title: "Audit trail",
            footer: context.offers((.close, "closes"))
        )
        if let none { return painter.sentence(none, in: inner) }
        let actors = actorColumns(in: width - 4)
        painter.listWithDetails(entries, selected: index, rows: rows, about: about, in: inner) {
            entry,
            isSelected,
            row,
            painter in
            paint(entry, isSelected: isSelected, actors: actors, in: row, &painter)
        }
    }

    /// What the longest actor needs, as far as it leaves as much for what was done; 0 where only that has room.
    private func actorColumns(in width: Int) -> Int {
        guard width >= 70 else { return 0 }
        let longest = entries.map { DisplayText($0.actor, limit: width).width }.max() ?? 0
        return min(longest, max(24, (width - 37) / 2))
    }

    private func none(_ context: DashboardContext) -> StyledText {
        if let failure { return context.unread(failure) }
        if !isComplete { return StyledText("Reading…", .dim) }
        return StyledText("Nothing was applied, replayed, held, rotated or deleted yet.", .dim)
    }

    private func paint(
        _ entry: AuditEntry,
        isSelected: Bool,
        actors: Int,
        in row: Rect,
        _ painter: inout Painter
    ) {
        let context = painter.context
        var room = row
        let ground = painter.beginRow(&room, isSelected: isSelected)
        let when = context.shortClock(entry.at).fitted(to: 9)
        painter.canvas.draw(when, in: room.cutLeft(9), style: Style(.dim, on: ground))
        _ = room.cutLeft(1)
        let isFailed = entry.failure != nil
        let mark = isFailed ? context.glyphs.failure + " " : "  "
        let action = mark + DisplayText(isFailed ? entry.action.attempt : entry.action.words)
        painter.canvas.draw(
            action.fitted(to: 24),
            in: room.cutLeft(min(24, room.width)),
            style: Style(isFailed ? .statusFail : .text, on: ground)
        )
        _ = room.cutLeft(1)
        if actors > 0 {
            let actor = DisplayText(entry.actor, limit: actors).fitted(to: actors)
            painter.canvas.draw(actor, in: room.cutLeft(actors), style: Style(.dim, on: ground))
            _ = room.cutLeft(1)
        }
        painter.canvas.draw(
            DisplayText(Self.subject(entry, context), limit: max(1, room.width)),
            in: room,
            style: Style(.text, on: ground)
        )
        painter.hit(row, part: Row(id: entry.id))
    }

    private static func subject(_ entry: AuditEntry, _ context: DashboardContext) -> String {
        let name = entry.instance.map { id in
            (context.instances.list ?? []).first { $0.id == id }?.name ?? "instance \(id)"
        }
        let what = entry.failure.map { "failed: \($0)" } ?? (entry.subject.isEmpty ? nil : entry.subject)
        return [name, what].compactMap { $0 }.joined(separator: ": ")
    }

    private func aboutLines(_ entry: AuditEntry, width: Int, _ context: DashboardContext) -> [StyledText] {
        var lines: [StyledText] = []
        func add(_ name: String, _ text: String, _ role: StyleRole = .text) {
            guard !text.isEmpty else { return }
            for (number, line) in DisplayText(text, limit: 2000).wrapped(to: max(8, width - 9)).prefix(4).enumerated() {
                let head = DisplayText(number == 0 ? name : "").fitted(to: 9)
                lines.append(StyledText(head, .dim) + StyledText(line, Style(role)))
            }
        }
        add("when", context.fullClock(entry.at).string)
        add("who", entry.actor)
        add("what", entry.failure == nil ? entry.action.words : "tried to " + entry.action.attempt)
        if let id = entry.instance {
            let name = (context.instances.list ?? []).first { $0.id == id }?.name
            add("where", name.map { "\($0) (instance \(id))" } ?? "instance \(id)")
        }
        add("details", entry.subject)
        add("failed", entry.failure ?? "", .statusFail)
        return lines
    }
}

extension AuditEntry.Action {
    /// As people say it.
    var words: String {
        switch self {
        case .createInstance: "created an instance"
        case .updateInstance: "changed settings"
        case .enableInstance: "enabled"
        case .disableInstance: "disabled"
        case .deleteInstance: "deleted an instance"
        case .holdCallback: "held the callback"
        case .resumeCallback: "released callback"
        case .changeBacklogs: "changed a backlog"
        case .testCallback: "tested a callback"
        case .replayEvent: "replayed an event"
        case .createReplays: "began bulk replay"
        case .changeReplays: "changed bulk replay"
        case .cancelReplays: "ended bulk replay"
        case .deployApex: "deployed Apex"
        case .removeApex: "removed Apex"
        case .rotateReceiverSecret: "rotated secret"
        case .rotateManagementSecrets: "rotated API secrets"
        case .createToken: "created a token"
        case .revokeToken: "revoked a token"
        case .rotateKey: "rotated the key"
        case .purgeEvents: "removed old events"
        case .backUp: "made a backup"
        case .restore: "restored a backup"
        case .other: "something newer"
        }
    }

    /// What was tried where it failed.
    var attempt: String {
        switch self {
        case .createInstance: "create an instance"
        case .updateInstance: "change settings"
        case .enableInstance: "enable"
        case .disableInstance: "disable"
        case .deleteInstance: "delete an instance"
        case .holdCallback: "hold the callback"
        case .resumeCallback: "release callback"
        case .changeBacklogs: "change a backlog"
        case .testCallback: "test a callback"
        case .replayEvent: "replay an event"
        case .createReplays: "begin bulk replay"
        case .changeReplays: "change bulk replay"
        case .cancelReplays: "end bulk replay"
        case .deployApex: "deploy Apex"
        case .removeApex: "remove Apex"
        case .rotateReceiverSecret: "rotate secret"
        case .rotateManagementSecrets: "rotate API secrets"
        case .createToken: "create a token"
        case .revokeToken: "revoke a token"
        case .rotateKey: "rotate the key"
        case .purgeEvents: "remove old events"
        case .backUp: "make a backup"
        case .restore: "restore a backup"
        case .other: "do something newer"
        }
    }
}
