import Domain
import Drawing
import Primitives

extension State {
    /// Events up to this many are settled one by one, as if each had come alone.
    private static let fewEvents = 64

    /// Takes input that arrived together: letters for a text in one piece, so that much of it costs little.
    mutating func take(_ events: [InputEvent]) -> [Command] {
        var commands: [Command] = []
        var rest = events[...]
        while let event = rest.first {
            let run = typed(rest)
            let count = run.unicodeScalars.count
            if count > 1 {
                insert(run)
                rest.removeFirst(count)
                form.needsReveal = true
                continue
            }
            rest.removeFirst()
            let new = take(event)
            commands += new
            if new.contains(.quit) { break }
            // The wheel may scroll the focused field away; everything else brings it back.
            if case .mouse(let mouse) = event, case .wheel = mouse.kind {} else { form.needsReveal = true }
            if events.count <= Self.fewEvents || event.dependsOnLayout { settle() }
        }
        return commands
    }

    /// The letters that begin `events` and go into a text, if one has the focus.
    private func typed(_ events: ArraySlice<InputEvent>) -> String {
        var text = String.UnicodeScalarView()
        guard takesText else { return "" }
        // A space ticks an object of the list.
        let isList = overlays.isEmpty && form.focus == .setting(.objects)
        for event in events {
            guard case .key(let key) = event, case .character(let character) = key.code, key.modifiers.isEmpty,
                let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                !isList || scalar != " "
            else { break }
            text.append(scalar)
        }
        return String(text)
    }

    private var takesText: Bool {
        switch overlays.last {
        case .palette, .folder: true
        case .replayMany(let dialog): dialog.focus == .filter
        case nil: focus == .form && focusedText != nil && DashboardLayout(self).form != nil
        default: false
        }
    }

    /// The text that the cursor stands in; a secret in force that was not touched yet begins as an empty one.
    private var focusedText: TextField? {
        switch overlays.last {
        case .palette(let palette): return palette.query
        case .replayMany(let dialog): return dialog.focus == .filter ? dialog.filter : nil
        case .folder(let prompt): return prompt.folder
        case nil: break
        default: return nil
        }
        guard focus == .form else { return nil }
        if form.focus == .setting(.objects) { return form.objects.filter }
        return switch form.controls[form.focus] {
        case .text, .secret: form[text: form.focus]
        case .toggle, .choice, nil: nil
        }
    }

    /// Puts a text that came in one piece where the cursor stands; it never presses a button.
    mutating func insert(_ text: String) {
        switch overlays.last {
        case .palette(var palette):
            palette.query.insert(text)
            palette.selection = 0
            overlays[overlays.count - 1] = .palette(palette)
        case .connect(var dialog):
            dialog.paste(text)
            overlays[overlays.count - 1] = .connect(dialog)
        case .replayMany(var dialog):
            if dialog.focus == .rate {
                dialog.rate.insert(text)
            } else {
                dialog.filter.insert(text)
                dialog.filterChanged(at: now)
            }
            overlays[overlays.count - 1] = .replayMany(dialog)
        case .folder(var prompt) where !prompt.isWriting:
            prompt.folder.insert(text)
            prompt.fault = nil
            overlays[overlays.count - 1] = .folder(prompt)
        case nil: if focus == .form { form.paste(text) }
        default: break
        }
        if focusedText?.isCut == true {
            let limit = TextField.limit.grouped
            say(.warning, "Not all of it was pasted: a field holds \(limit) characters.")
        }
    }
}

extension InputEvent {
    /// Whether where things stand decides what the event means.
    fileprivate var dependsOnLayout: Bool {
        switch self {
        case .mouse, .resize: true
        default: false
        }
    }
}
