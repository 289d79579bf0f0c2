import Domain
import Drawing

extension State {
    /// Gives a mouse event to what is drawn under it.
    mutating func take(_ event: MouseEvent) -> [Command] {
        guard settings.reportsMouse else { return [] }
        switch event.kind {
        case .press(.left): return press(at: event.position)
        case .drag(.left):
            if case .slider(let track) = drag { dragSlider(track, to: event.position) }
            return []
        case .release:
            drag = nil
            return []
        case .wheel(.up): return wheel(-3, at: event.position)
        case .wheel(.down): return wheel(3, at: event.position)
        default: return []
        }
    }

    private mutating func press(at point: Point) -> [Command] {
        let targets = paint().targets(at: point)
        // The first is on top; one below matters only as the pane that takes the focus.
        guard let target = targets.first else { return [] }
        switch target {
        case .toast(let id): notices.dismiss(id)
        case .confirm(let isConfirm):
            guard case .confirmation(let question) = overlays.popLast() else { return [] }
            return isConfirm ? confirm(question.consequence) : []
        case .paletteRow(let index):
            guard case .palette(let palette) = overlays.popLast(), palette.matches.indices.contains(index) else {
                return []
            }
            return attempt(palette.matches[index].id)
        case .menuRow(let index):
            guard case .menu(let menu) = overlays.popLast(), menu.items.indices.contains(index) else { return [] }
            return choose(menu.items[index].choice)
        case .replayField(let field): return press(field)
        case .replayJob(let id):
            guard case .replayJobs(var list)? = overlays.last else { return [] }
            list.selected = id
            overlays[overlays.count - 1] = .replayJobs(list)
        case .apexRow(let index): return pressApexRow(index)
        case .connectAddress, .connectReply:
            guard case .connect(var dialog) = overlays.last else { return [] }
            dialog.focus = target == .connectReply ? .reply : .address
            overlays[overlays.count - 1] = .connect(dialog)
            if target == .connectAddress { return takeInOverlay(settings.canOpen ? .character("o") : .character("y")) }
        // A click beside it must not end what a person does in the browser.
        case .nothing where isConnecting: return []
        case .window: break
        case .nothing:
            if case .menu(let menu)? = overlays.popLast(), let theme = menu.originalTheme, theme != settings.theme {
                settings.theme = theme
                return [.setTheme(theme)]
            }
        case .action(let id): return attempt(id)
        case .pane(let pane): enter(pane)
        case .event(let sequence):
            enter(.events)
            events.pause()
            if events.selected == sequence, detail?.sequence != sequence {
                openDetail()
            } else {
                events.select(sequence)
                followSelection()
            }
        case .tab(let tab):
            enter(.detail)
            turn(to: tab)
        case .field(let field): pressField(field)
        case .text(let field, let box):
            pressField(field)
            guard case .text(var text) = form.controls[field] else { return [] }
            text.move(to: text.position(ofColumn: point.x - box.x, width: box.width))
            form.controls[field] = .text(text)
        case .slider(let track):
            pressField(.setting(.refreshInterval))
            drag = .slider(track)
            dragSlider(track, to: point)
        case .object(let index):
            pressField(.setting(.objects))
            form.objects.toggle(at: index)
        }
        return []
    }

    private mutating func pressField(_ field: FieldID) {
        let wasFocused = focus == .form && form.focus == field
        enter(.form)
        form.focus(field)
        switch form.controls[field] {
        case .toggle: _ = form.handle(.space)
        case .choice: if wasFocused { _ = form.handle(.right) }
        case .text, .secret: break
        case nil: if field == .connection || field == .optional { _ = form.handle(.space) }
        }
    }

    private mutating func dragSlider(_ track: Rect, to point: Point) {
        guard track.width > 1 else { return }
        form.interval.drag(to: Double(point.x - track.x) / Double(track.width - 1))
    }

    /// The wheel scrolls what lies under the pointer, wherever the focus is.
    private mutating func wheel(_ rows: Int, at point: Point) -> [Command] {
        if let top = overlays.last {
            switch top {
            case .help, .log, .palette, .menu, .replayJobs, .apex, .report:
                let key: Key = rows < 0 ? .up : .down
                return (0..<abs(rows)).flatMap { _ in takeInOverlay(key) }
            case .connect: return takeInOverlay(rows < 0 ? .up : .down)
            case .confirmation, .replayMany, .folder: return []
            }
        }
        for target in paint().targets(at: point) {
            switch target {
            case .object:
                form.objects.scroll(by: rows)
                return []
            case .pane(.events):
                events.scroll(by: rows)
                followSelection()
                return []
            case .pane(.detail):
                detail?.scroll += rows
                return []
            case .pane(.form):
                form.scroll += rows
                return []
            default: continue
            }
        }
        return []
    }
}
