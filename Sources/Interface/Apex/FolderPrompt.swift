import Domain
import Drawing
import Primitives

/// Asks for the folder that the Apex project is written into.
struct FolderPrompt: Overlay {
    private let instance: InstanceID
    private var folder = TextField("signalbox-apex")
    private var fault: String?
    private var isWriting = false
    /// The number of the last project that was asked for.
    private var request: Int

    /// The numbers of its requests begin after `token`.
    init(instance: InstanceID, after token: Int) {
        self.instance = instance
        request = token
    }

    func title(_ context: DashboardContext) -> String { "Export the Apex into a folder" }

    func hints(_ context: DashboardContext) -> [Hint] {
        (isWriting ? [] : [.action(.submit, "write")]) + [.action(.close, "leave")]
    }

    func acceptsLetter(_ letter: Character) -> Bool { true }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.folder] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit: if !isWriting { write(&effects) }
        default:
            guard !isWriting, folder.perform(action) else { return false }
            fault = nil
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        guard !isWriting else { return }
        folder.insert(text)
        fault = nil
        effects.warn(ifCut: folder)
    }

    private mutating func write(_ effects: inout Effects) {
        let path = folder.text.trimmed
        guard !path.isEmpty else {
            fault = "Name the folder that the project is written into."
            return
        }
        fault = nil
        isWriting = true
        request += 1
        effects.send(.exportApex(request: request, instance, folder: path))
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        guard case .apexExported(request, let result) = message, isWriting else { return }
        switch result {
        case .success: effects.close()
        case .failure(let failure):
            isWriting = false
            fault = failure.sentence
            effects.markShown()
        }
    }

    func draw(in rect: Rect, _ painter: inout Painter) {
        let width = min(72, rect.width - 2)
        let room = max(8, width - 4)
        let text: [DisplayText] = DisplayText(
            "A Salesforce DX project is written there: classes, triggers, remote site, manifest, and a README.md with the "
                + "steps for production. Its relay class holds the secret that signs webhooks."
        ).wrapped(to: room)
        let reason = fault.map { StyledText(painter.glyphs.failure + " " + DisplayText($0), .statusFail) }
        let directory = painter.context.directory(of: folder.text, columns: room - 8)
        let below = (reason?.wrapped(to: room).count ?? 0) + (directory == nil ? 0 : 1)
        let isRoomy = rect.height - 4 >= text.count + below + 2
        let inner = painter.window(
            Size(width: width, height: (isRoomy ? text.count + 1 : 0) + 1 + max(1, below) + 2),
            title: "Export the Apex into a folder",
            footer: isWriting ? "Writing…" : painter.context.offers((.submit, "writes"), (.close, "leaves"))
        )
        var rest = inner
        if isRoomy {
            for line in text { painter.canvas.draw(line, in: rest.cutTop(1), style: Style(.dim, on: .overlay)) }
            _ = rest.cutTop(1)
        }
        let row = rest.cutTop(1)
        guard !row.isEmpty else { return }
        painter.canvas.draw("Folder", in: row, style: Style(.title, on: .overlay))
        let box = row.inset(left: 8)
        painter.field(folder, in: box, fault == nil ? .fieldFocus : .fieldInvalid)
        if let directory, !rest.isEmpty {
            painter.canvas.draw(directory, in: rest.cutTop(1).inset(left: 8), style: Style(.dim, on: .overlay))
        }
        if let reason { painter.sentence(reason, in: rest) }
    }
}
