import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionContext {
    static let exportDialog = ActionContext.overlay("export-dialog", "Exporting events", including: [.text])
    static let exportFormat = ActionContext.overlay("export-format", "Format of an export")
}

/// The dialog that begins an export: as what, and into which file.
struct ExportDialog: Overlay {
    /// What can have the focus, and be hit by the mouse.
    enum Field: Sendable, Hashable {
        case format
        case file
    }

    /// One format, as the mouse hits it.
    private struct Choice {
        let format: ExportOrder.Format
    }

    let filter: EventFilter
    /// What of the instance goes out, in words.
    let what: String
    private(set) var format = ExportOrder.Format.ndjson
    private(set) var file: TextField
    private(set) var focus = Field.file
    /// The proposed name without its ending.
    private let stem: String
    private var fault: String?

    init(_ filter: EventFilter, what: String, stem: String) {
        self.filter = filter
        self.what = what
        self.stem = stem
        file = TextField(stem + ".ndjson")
    }

    func title(_ context: DashboardContext) -> String { "Export events" }

    func hints(_ context: DashboardContext) -> [Hint] {
        [.action(.submit, "export"), .action(.close, "leave"), .action(.nextPane, "next field")]
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] {
        focus == .format ? [.exportFormat, .exportDialog] : [.exportDialog]
    }

    func acceptsLetter(_ letter: Character) -> Bool { focus == .file }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit: submit(&effects)
        case .nextPane, .previousPane, .nextField, .previousField: focus = focus == .file ? .format : .file
        case .lower: choose(by: -1)
        case .raise: choose(by: 1)
        default:
            guard focus == .file, file.perform(action) else { return false }
            fault = nil
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        guard focus == .file else { return }
        file.insert(text)
        fault = nil
        effects.warn(ifCut: file)
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let field = part as? Field { focus = field }
        if let choice = part as? Choice {
            focus = .format
            choose(choice.format)
        }
    }

    private mutating func choose(by step: Int) {
        let all = ExportOrder.Format.allCases
        let index = (all.firstIndex(of: format) ?? 0) + step
        if all.indices.contains(index) { choose(all[index]) }
    }

    /// The name follows the format as long as it ends as the format before.
    private mutating func choose(_ format: ExportOrder.Format) {
        let ending = "." + self.format.rawValue
        if file.text.hasSuffix(ending) { file.set(String(file.text.dropLast(ending.count)) + "." + format.rawValue) }
        self.format = format
    }

    private mutating func submit(_ effects: inout Effects) {
        let path = file.text.trimmed
        guard !path.isEmpty, !path.hasSuffix("/") else {
            fault = "Name the file that the events are written into."
            focus = .file
            return
        }
        effects.close()
        effects.post(ExportWanted(filter: filter, format: format, path: path, mayReplace: false))
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let width = min(78, rect.width - 2)
        let room = max(8, width - 4)
        let role: StyleRole = fault == nil ? .dim : .statusFail
        let words = fault.map { context.glyphs.failure.string + " " + $0 } ?? format.words
        let lines = DisplayText(words).wrapped(to: room)
        let directory = context.directory(of: file.text, columns: room - 10)
        let inner = painter.window(
            Size(width: width, height: lines.count + 6 + (directory == nil ? 0 : 1)),
            title: DisplayText("Export \(what)", limit: 200),
            footer: context.offers((.submit, "exports"), (.nextPane, "next field"), (.close, "leaves"))
        )
        var rest = inner
        paintFormats(in: rest.cutTop(1), &painter)
        paintFile(in: rest.cutTop(1), &painter)
        // Before the words about the format, which can be read elsewhere.
        if let directory, !rest.isEmpty {
            painter.canvas.draw(directory, in: rest.cutTop(1).inset(left: 10), style: Style(.dim, on: .overlay))
        }
        if rest.height > lines.count { _ = rest.cutTop(1) }
        painter.sentence(StyledText(DisplayText(words), Style(role)), in: rest)
    }

    private func label(_ text: DisplayText, _ field: Field, in row: Rect, _ painter: inout Painter) {
        let isFocused = focus == field
        if isFocused {
            painter.canvas.draw(painter.glyphs.marker, at: row.origin, style: Style(.borderFocus, on: .overlay))
        }
        painter.canvas.draw(text, in: row.inset(left: 2), style: Style(isFocused ? .title : .text, on: .overlay))
    }

    private func paintFormats(in row: Rect, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        label("Format", .format, in: row, &painter)
        var x = row.x + 10
        for format in ExportOrder.Format.allCases {
            let isChosen = format == self.format
            let text = DisplayText(isChosen ? "[\(format.rawValue)]" : " \(format.rawValue) ")
            let style = Style(isChosen ? .accent : .dim, on: isChosen && focus == .format ? .selection : .overlay)
            let width = painter.canvas.draw(text, at: Point(x: x, y: row.y), style: style)
            painter.hit(Rect(x: x, y: row.y, width: width, height: 1), part: Choice(format: format))
            x += width + 1
        }
    }

    private func paintFile(in row: Rect, _ painter: inout Painter) {
        guard !row.isEmpty else { return }
        label("File", .file, in: row, &painter)
        let box = row.inset(left: 10)
        let style: Style = fault != nil ? .fieldInvalid : focus == .file ? .fieldFocus : .field
        painter.field(file, in: box, style, hasFocus: focus == .file)
        painter.hit(box, part: Field.file)
    }
}

extension ExportOrder.Format {
    fileprivate var words: String {
        switch self {
        case .ndjson: "Each event with its payload, one JSON object a line; newest first."
        case .csv: "One row for each event, without payloads; newest first."
        case .har: "The attempts to deliver, as an HTTP archive that browsers and proxies read."
        }
    }
}

/// Posted to begin an export.
struct ExportWanted: DashboardEvent {
    let filter: EventFilter
    let format: ExportOrder.Format
    let path: String
    let mayReplace: Bool
}
