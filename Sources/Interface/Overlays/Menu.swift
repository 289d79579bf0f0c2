import Domain
import Drawing

extension State {
    /// Gives a key to the overlay on top.
    mutating func takeInOverlay(_ key: Key) -> [Command] {
        guard let top = overlays.popLast() else { return [] }
        switch top {
        case .help(let scroll):
            if let scroll = scrolled(scroll, key, lines: helpLines.count) { overlays.append(.help(scroll: scroll)) }
            return []
        case .log(let scroll):
            if let scroll = scrolled(scroll, key, lines: logLines.count) { overlays.append(.log(scroll: scroll)) }
            return []
        case .confirmation(let question): return take(key, question)
        case .palette(let palette): return take(key, palette)
        case .menu(let menu): return take(key, menu)
        case .replayMany(let dialog): return take(key, dialog)
        case .replayJobs(let list): return take(key, list)
        case .apex(let panel): return take(key, panel)
        case .folder(let prompt): return take(key, prompt)
        case .report(var report):
            let lines = report.lines(width: reportWidth).count
            guard let scroll = scrolled(report.scroll, key, lines: lines) else { return [] }
            report.scroll = scroll
            overlays.append(.report(report))
            return []
        case .connect(let dialog): return take(key, dialog)
        }
    }

    /// The new scroll position of a text overlay; nil if the key closes it.
    private func scrolled(_ scroll: Int, _ key: Key, lines: Int) -> Int? {
        let page = max(1, settings.size.height - 6)
        let target: Int
        switch key {
        case .escape, .enter, .character("q"), .character("?"), .function(1), .ctrl("l"): return nil
        case .up, .character("k"): target = scroll - 1
        case .down, .character("j"): target = scroll + 1
        case .pageUp: target = scroll - page
        case .pageDown, .space: target = scroll + page
        case .home, .character("g"): target = 0
        case .end, .character("G"): target = lines
        default: target = scroll
        }
        return min(max(0, target), max(0, lines - page))
    }

    private mutating func take(_ key: Key, _ question: Confirmation) -> [Command] {
        var question = question
        switch key {
        case .character("y"), .character("Y"): return confirm(question.consequence)
        case .enter, .space: return question.isConfirming ? confirm(question.consequence) : []
        case .escape, .character("n"), .character("N"), .character("q"): return []
        case .left, .right, .tab, .backTab: question.isConfirming.toggle()
        default: break
        }
        overlays.append(.confirmation(question))
        return []
    }

    /// Does what was asked about.
    mutating func confirm(_ consequence: Confirmation.Consequence) -> [Command] {
        switch consequence {
        case .discardDraft:
            form.discard()
            say(.info, "The changes were discarded.")
            return []
        case .leaveDraft(let id): return turn(to: id)
        case .deleteInstance(let id): return [.deleteInstance(id)]
        case .changeOrganization(let id, let draft): return changeOrganization(id, draft)
        case .startReplays(let id, let filter, let rate): return createReplays(id, filter, rate: rate)
        case .cancelReplay(let id): return [.cancelReplay(id)]
        case .runApex(let id, let work, let allowed): return runApex(id, work, allowProduction: allowed)
        case .rotateSecret(let id): return rotateSecret(id)
        case .quit: return [.quit]
        }
    }

    private mutating func take(_ key: Key, _ palette: Palette) -> [Command] {
        var palette = palette
        switch key {
        case .escape: return []
        case .enter:
            guard palette.matches.indices.contains(palette.selection) else { break }
            return attempt(palette.matches[palette.selection].id)
        case .up, .ctrl("p"), .backTab: palette.selection = max(0, palette.selection - 1)
        case .down, .ctrl("n"), .tab: palette.selection = min(max(0, palette.matches.count - 1), palette.selection + 1)
        default: if palette.query.handle(key) { palette.selection = 0 }
        }
        overlays.append(.palette(palette))
        return []
    }

    private mutating func take(_ key: Key, _ menu: Menu) -> [Command] {
        var menu = menu
        switch key {
        case .escape, .character("q"):
            guard let original = menu.originalTheme, original != settings.theme else { return [] }
            settings.theme = original
            return [.setTheme(original)]
        case .enter, .space:
            return menu.items.indices.contains(menu.selection) ? choose(menu.items[menu.selection].choice) : []
        case .up, .character("k"), .backTab: menu.move(by: -1)
        case .down, .character("j"), .tab: menu.move(by: 1)
        case .home, .pageUp, .character("g"): menu.move(by: -menu.items.count)
        case .end, .pageDown, .character("G"): menu.move(by: menu.items.count)
        default: break
        }
        overlays.append(.menu(menu))
        return preview(menu)
    }

    /// A theme is seen while one moves over its name.
    mutating func preview(_ menu: Menu) -> [Command] {
        guard menu.originalTheme != nil, menu.items.indices.contains(menu.selection),
            case .theme(let name) = menu.items[menu.selection].choice, name != settings.theme
        else { return [] }
        settings.theme = name
        return [.setTheme(name)]
    }
}
