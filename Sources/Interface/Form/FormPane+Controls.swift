import Domain
import Drawing
import EngineAPI

extension FormPane {
    /// Draws the part of a field that can be changed.
    func paintControl(_ field: FieldID, isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        if field == .setting(.refreshInterval) { return paintSlider(isFocused: isFocused, in: rect, &painter) }
        switch form.controls[field] {
        case .toggle(let isOn): paintToggle(isOn, isFocused: isFocused, in: rect, &painter)
        case .choice(let word):
            paintSelector(field.shown(word), isFocused: isFocused, in: rect, &painter)
        case .text(let text):
            var box = rect
            if let unit = field.unit {
                let word = DisplayText(unit)
                painter.canvas.draw(word, in: box.cutRight(word.width), style: .dim)
            }
            paintText(text, field, isFocused: isFocused, in: box, &painter)
        case .secret(let secret): paintSecret(secret, field, isFocused: isFocused, in: rect, &painter)
        case nil: break
        }
    }

    private func style(_ field: FieldID, isFocused: Bool) -> Style {
        form.faults[field] != nil ? .fieldInvalid : isFocused ? .fieldFocus : .field
    }

    private func paintToggle(_ isOn: Bool, isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        let word: DisplayText = isOn ? "[ on ]" : "[ off ]"
        let style: Style = isFocused ? .fieldFocus : isOn ? .statusOK : .dim
        painter.canvas.draw(word, in: rect, style: style)
    }

    private func paintSelector(_ word: String, isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        let text = painter.glyphs.previous + " " + DisplayText(word) + " " + painter.glyphs.next
        painter.canvas.draw(text, in: rect, style: isFocused ? .fieldFocus : .field)
    }

    private func paintSlider(isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        let glyphs = painter.glyphs
        let words = DisplayText(form.interval.typed.map { "\($0) min" } ?? Words.minutes(form.interval.minutes))
        let track = Rect(x: rect.x + 1, y: rect.y, width: max(2, rect.width - 18), height: 1)
        let knob = Int((form.interval.position * Double(track.width - 1)).rounded())
        painter.canvas.draw(glyphs.sliderLeft, at: rect.origin, style: .dim)
        painter.canvas.fill(track, with: glyphs.sliderTrack, style: .faint)
        painter.canvas.fill(
            Rect(x: track.x, y: track.y, width: knob, height: 1),
            with: glyphs.sliderFilled,
            style: .accent
        )
        painter.canvas.draw(glyphs.sliderKnob, at: track.origin.offset(x: knob), style: isFocused ? .title : .accent)
        painter.canvas.draw(glyphs.sliderRight, at: Point(x: track.maxX, y: rect.y), style: .dim)
        let value = Rect(x: track.maxX + 2, y: rect.y, width: max(0, rect.maxX - track.maxX - 2), height: 1)
        painter.canvas.draw(words, in: value, style: style(.setting(.refreshInterval), isFocused: isFocused))
        if isFocused {
            let typed = form.interval.typed?.count
            painter.cursor = painter.canvas.visible(value.origin.offset(x: typed ?? 0))
        }
        painter.hit(track, part: Part.slider(painter.canvas.visible(track)))
    }

    private func paintText(
        _ text: TextField,
        _ field: FieldID,
        masked: DisplayText? = nil,
        isFocused: Bool,
        in rect: Rect,
        _ painter: inout Painter
    ) {
        let box = rect.inset(right: 1)
        let style = style(field, isFocused: isFocused)
        painter.canvas.fill(box, style: style)
        let window = text.window(width: box.width, mark: painter.glyphs.ellipsis, masked: masked)
        if text.isEmpty, !isFocused {
            painter.canvas.draw(DisplayText(field.placeholder), in: box, style: Style(.faint, on: style.role))
        } else if isFocused {
            painter.canvas.draw(window.text, at: box.origin, style: style)
            painter.cursor = painter.canvas.visible(box.origin.offset(x: min(window.cursor, box.width - 1)))
        } else {
            painter.canvas.draw(text.beginning(columns: box.width, masked: masked), in: box, style: style)
        }
        painter.hit(box, part: Part.text(field, painter.canvas.visible(box)))
    }

    private func paintSecret(
        _ secret: SecretField,
        _ field: FieldID,
        isFocused: Bool,
        in rect: Rect,
        _ painter: inout Painter
    ) {
        guard let typed = secret.replacement else {
            let box = rect.inset(right: 1)
            let style = style(field, isFocused: isFocused)
            painter.canvas.fill(box, style: style)
            let mask =
                secret.shown.map { DisplayText($0, limit: max(8, box.width * 2 / 3)) }
                ?? Array(repeating: painter.glyphs.mask, count: 8).joined()
            let hint: DisplayText =
                isFocused
                ? DisplayText(" set; type to replace, \(painter.context.key(.deleteToStart)) removes") : " set"
            painter.canvas.draw(StyledText(mask, style) + StyledText(hint, Style(.dim, on: style.role)), in: box)
            if isFocused { painter.cursor = painter.canvas.visible(box.origin) }
            return
        }
        // The path of a key's file is no secret, and the consumer key is not either.
        let isOpen = field == .setting(.apiKey) || field == .setting(.privateKey) && form.keyPath != nil
        let isShown = secret.isRevealed && isFocused || isOpen
        let mask = isShown ? nil : painter.glyphs.mask
        paintText(typed, field, masked: mask, isFocused: isFocused, in: rect, &painter)
    }

    func paintObjectFilter(isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        let filter = form.objects.filter
        if isFocused || !filter.isEmpty {
            paintText(filter, .setting(.objects), isFocused: isFocused, in: rect, &painter)
            if filter.isEmpty {
                painter.canvas.draw(
                    "type to filter or to add names",
                    in: rect.inset(right: 1),
                    style: Style(.faint, on: .fieldFocus)
                )
            }
        } else {
            painter.canvas.draw("type to filter or to add names", in: rect, style: .faint)
        }
    }

    func paintObject(_ index: Int, isFocused: Bool, in rect: Rect, _ painter: inout Painter) {
        let shown = form.objects.shown
        guard shown.indices.contains(index) else { return }
        let entry = shown[index]
        let isChosen = form.objects.isChosen(entry.name)
        let isCursor = isFocused && index == form.objects.cursor
        var text = StyledText(isChosen ? "[" + painter.glyphs.check + "] " : "[ ] ", isChosen ? .statusOK : .dim)
        text.append(DisplayText(entry.name), isChosen ? .text : .dim)
        let poller = painter.context.instance?.pollers.first { $0.object == entry.name }
        if let problem = poller?.problem, isChosen {
            text.append(" " + painter.glyphs.degraded + " " + DisplayText(problem), .statusWarn)
        } else if !entry.isKnown {
            text.append("  unknown to the org", .statusWarn)
        } else if let obstacle = entry.obstacle {
            text.append("  " + DisplayText(obstacle), .statusWarn)
        } else if let note = poller?.note, isChosen {
            text.append("  " + DisplayText(note), .dim)
        } else if let label = entry.label, label != entry.name {
            text.append("  " + DisplayText(label), .faint)
        }
        var row = rect.inset(right: 1)
        painter.hit(row, part: Part.object(index))
        if isCursor { painter.canvas.fill(row, style: Style(.text, on: .selection)) }
        if let more = moreObjects(beside: index, painter.glyphs) {
            let style = Style(.dim, on: isCursor ? .selection : nil)
            painter.canvas.draw(more, in: row.cutRight(more.width), style: style)
            _ = row.cutRight(1)
        }
        painter.canvas.draw(isCursor ? text.on(.selection) : text, in: row)
    }

    /// `↓ 3 more` beside the last row that is shown, `↑ 2 more` beside the first.
    private func moreObjects(beside index: Int, _ glyphs: Glyphs) -> DisplayText? {
        let visible = form.objects.visibleRange
        let hidden = form.objects.hidden
        if index == visible.upperBound - 1, hidden.below > 0 {
            return glyphs.down + DisplayText(" \(hidden.below) more")
        }
        if index == visible.lowerBound, hidden.above > 0 {
            return glyphs.up + DisplayText(" \(hidden.above) more")
        }
        return nil
    }
}
