import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let export = ActionID("export")
}

/// Writes what the list shows, or what is marked, into a file, while the list goes on; one export at a time.
struct ExportFeature: Feature {
    static let actions: [Action] = [
        Action(
            .export,
            [.character("X")],
            "Export the list's events or the marked ones; end an export",
            hint: "export",
            in: [.events, .detail]
        )
    ]

    /// The export that runs.
    private struct Running: Sendable {
        let order: ExportOrder
        /// Nil where that was not known.
        let total: Int64?
        var written: Int64 = 0
    }

    private var running: Running?
    private var nextNumber = 1

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        guard action == .export, running == nil else { return nil }
        if context.instance == nil { return context.noInstance }
        return context.shownTotal == 0 && context.marked.isEmpty ? "There is no event to export." : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .export else { return false }
        if let running {
            effects.ask(
                "End the export?",
                "\(Words.count(running.written, "event")) \(running.written == 1 ? "is" : "are") written; without the rest the file is not kept.",
                verb: "End it",
                refusal: "Go on",
                then: [.command(.cancelExport(running.order.number))]
            )
            return true
        }
        guard let instance = context.instance else { return true }
        let marks = context.marked
        var filter = marks.isEmpty ? context.shownFilter : marks.filter
        if !context.showsAllInstances { filter.instanceIDs = [instance.id] }
        let count = marks.isEmpty ? context.shownTotal : marks.count(shown: context.shownTotal)
        let events = count.map { Words.count($0, marks.isEmpty ? "event" : "marked event") } ?? "events"
        let by = marks.isEmpty && !context.eventFilter.isEmpty ? " of \(context.eventFilter)" : ""
        let name = context.showsAllInstances ? "all" : instance.name
        effects.open(ExportDialog(filter, what: events + by, stem: Self.stem(name, context)))
        return true
    }

    /// `signalbox-mySFDCInstance-20261123-180703`, of letters that any file system takes.
    private static func stem(_ name: String, _ context: DashboardContext) -> String {
        let plain = name.prefix(40).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "-" }.joined()
        let digits = context.fullClock(context.now).string.filter { $0.isNumber }
        return "signalbox-\(plain)-\(digits.prefix(8))-\(digits.dropFirst(8))"
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        guard let wanted = event as? ExportWanted, running == nil else { return }
        let order = ExportOrder(
            number: nextNumber,
            filter: wanted.filter,
            format: wanted.format,
            path: wanted.path,
            mayReplace: wanted.mayReplace
        )
        nextNumber += 1
        let total = context.marked.isEmpty ? context.shownTotal : context.marked.count(shown: context.shownTotal)
        running = Running(order: order, total: total)
        effects.send(.export(order))
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .exportProgress(let number, let written):
            if running?.order.number == number { running?.written = written }
        case .exported(let number, let ending):
            guard let ended = running, ended.order.number == number else { return }
            running = nil
            report(ending, ended.order, &effects)
        default: break
        }
    }

    private func report(_ ending: ExportEnding, _ order: ExportOrder, _ effects: inout Effects) {
        switch ending {
        case .done(let path, let events):
            effects.say(.success, "\(Words.count(events, "event")) exported to \(path).", on: .exporting)
        case .cancelled: effects.say(.info, "The export was ended; no file of it is left.")
        case .failed(let sentence): effects.say(.failure, "Nothing was exported: \(sentence)", on: .exporting)
        case .exists(let path):
            effects.ask(
                "Replace the file?",
                "\(path) is there already. Replaced, what it holds is gone.",
                verb: "Replace",
                then: [
                    .post(
                        ExportWanted(filter: order.filter, format: order.format, path: order.path, mayReplace: true)
                    )
                ]
            )
        }
    }

    func unsavedWork(_ context: DashboardContext) -> UnsavedWork? {
        guard let running, !context.instances.isEngineStopped else { return nil }
        return UnsavedWork(
            onQuitting: "The export to \(running.order.path) is not done; without the rest the file is not kept."
        )
    }

    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine] {
        guard let running, !context.instances.isEngineStopped else { return [] }
        let head = StyledText(context.glyphs.partial + " exporting ", .statusInfo)
        let key = context.table.keyName(.export, context.glyphs)
        let tail = key.map { StyledText("  ") + StyledText($0, .key) + StyledText(" ends it", .dim) } ?? StyledText()
        let of = running.total.map { " of \($0.grouped)" } ?? ""
        let share = running.total.map { $0 > 0 ? min(1, Double(running.written) / Double($0)) : 0 } ?? 0
        let facts = [
            StyledText(DisplayText(running.written.grouped + of)),
            StyledText(DisplayText("to \(running.order.path)", limit: 200), .dim),
        ]
        let line = ProgressBar.line(share, facts: facts, width: width - head.width - tail.width, glyphs: context.glyphs)
        return [ProgressLine(text: head + line + tail, target: .export)]
    }
}
