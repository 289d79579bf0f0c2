import Domain
import Drawing
import EngineAPI

extension State {
    // MARK: Opening

    /// Asks a person for access and then applies the draft.
    mutating func connect(_ draft: InstanceDraft, instance: InstanceID?) -> [Command] {
        overlays.removeAll { if case .connect = $0 { true } else { false } }
        connectToken += 1
        // What they say led here, and they would lie over the field.
        notices.dismissAll()
        overlays.append(.connect(ConnectDialog(draft, instance: instance, token: connectToken)))
        return [.beginAuthorization(token: connectToken, draft.configuration, instance)]
    }

    /// Connects the current instance once more, with the settings that are in force.
    mutating func connectAgain() -> [Command] {
        guard let instance else { return [] }
        var draft = InstanceDraft(name: instance.name, tags: instance.tags, configuration: instance.configuration)
        if draft.configuration.effectiveGrant == .authorizationCode { return connect(draft, instance: instance.id) }
        draft.connectsAnew = true
        form.applying = draft
        return [.update(instance.id, draft)]
    }

    // MARK: Keys

    mutating func take(_ key: Key, _ dialog: ConnectDialog) -> [Command] {
        var dialog = dialog
        var commands: [Command] = []
        switch key {
        case .escape: return close(dialog)
        case .enter: commands = enter(&dialog)
        case .tab, .backTab:
            if dialog.authorization != nil { dialog.focus = dialog.focus == .address ? .reply : .address }
        default:
            if dialog.focus == .reply, dialog.authorization != nil {
                _ = dialog.reply.handle(key)
            } else {
                commands = takeAtAddress(key, &dialog)
            }
        }
        overlays.append(.connect(dialog))
        return commands
    }

    private mutating func takeAtAddress(_ key: Key, _ dialog: inout ConnectDialog) -> [Command] {
        guard let authorization = dialog.authorization else { return [] }
        switch key {
        case .character("y"): return [.copy(authorization.url, what: "the address")]
        case .character("o"):
            if settings.canOpen { return [.open(authorization.url)] }
            say(.warning, "There is no display to open a browser on; copy the address with y.")
        case .up: scroll(&dialog, by: -1)
        case .down: scroll(&dialog, by: 1)
        case .pageUp: scroll(&dialog, by: -5)
        case .pageDown: scroll(&dialog, by: 5)
        default:
            // Terminals without bracketed paste send what is pasted as keys: it begins the field by itself.
            guard case .character = key.code, key.modifiers.isEmpty else { return [] }
            dialog.focus = .reply
            _ = dialog.reply.handle(key)
        }
        return []
    }

    private func scroll(_ dialog: inout ConnectDialog, by rows: Int) {
        let view = ConnectView(self, dialog)
        dialog.scroll = min(max(0, dialog.scroll + rows), max(0, view.address.count - view.addressRows))
    }

    private mutating func enter(_ dialog: inout ConnectDialog) -> [Command] {
        switch dialog.phase {
        case .ended:
            connectToken += 1
            dialog = ConnectDialog(dialog.draft, instance: dialog.instance, token: connectToken)
            return [.beginAuthorization(token: connectToken, dialog.draft.configuration, dialog.instance)]
        case .waiting(let authorization):
            guard !dialog.reply.text.trimmed.isEmpty else {
                dialog.focus = .reply
                return []
            }
            dialog.phase = .checking(authorization)
            dialog.problem = nil
            return [.completeAuthorization(state: authorization.state, reply: dialog.reply.text)]
        case .beginning, .checking, .applying: return []
        }
    }

    /// Gives up; what is being applied already goes on.
    private mutating func close(_ dialog: ConnectDialog) -> [Command] {
        switch dialog.phase {
        case .applying:
            say(.info, "Connecting goes on; a message will say how it ended.")
            return []
        case .beginning, .ended:
            connectToken += 1
            return []
        case .waiting(let authorization), .checking(let authorization):
            say(.info, "Connecting was given up; nothing was changed.")
            return [.cancelAuthorization(state: authorization.state)]
        }
    }

    // MARK: Answers

    mutating func takeBegun(_ token: Int, _ result: Result<BrowserAuthorization, Failure>) -> [Command] {
        guard let index = dialogIndex, var dialog = dialog(at: index), dialog.token == token,
            dialog.phase == .beginning
        else {
            // The person left before the address was there.
            if case .success(let late) = result { return [.cancelAuthorization(state: late.state)] }
            return []
        }
        switch result {
        case .success(let authorization):
            dialog.phase = .waiting(authorization)
            overlays[index] = .connect(dialog)
            return [.awaitAuthorization(state: authorization.state)]
        case .failure(.rejected(let issues)):
            overlays.remove(at: index)
            showRejected(issues)
            return []
        case .failure(let failure):
            dialog.end(failure.sentence)
            overlays[index] = .connect(dialog)
            return []
        }
    }

    /// `isReply`: what was pasted was looked at; else the browser's answer, or none yet.
    mutating func takeProgress(
        _ state: String,
        _ result: Result<AuthorizationProgress, Failure>,
        isReply: Bool
    ) -> [Command] {
        guard let index = dialogIndex, var dialog = dialog(at: index),
            let authorization = dialog.authorization, authorization.state == state
        else { return [] }
        var commands: [Command] = []
        switch result {
        case .success(.granted):
            dialog.phase = .applying
            dialog.problem = nil
            dialog.reply = TextField()
            var draft = dialog.draft
            form.applying = draft
            granted = GrantedAccess(state: state, draft: draft, instance: dialog.instance)
            draft.authorizationState = state
            commands = [dialog.instance.map { .update($0, draft) } ?? .create(draft)]
        case .success(.refused(let reason)): dialog.end(reason)
        case .success(.waiting):
            if isReply {
                dialog.phase = .waiting(authorization)
            } else {
                commands = [.awaitAuthorization(state: state)]
            }
        case .failure(let failure):
            if isReply, now < authorization.expires {
                // Mistyped: the attempt goes on.
                dialog.phase = .waiting(authorization)
                dialog.problem = failure.sentence
                dialog.reply = TextField()
                dialog.focus = .reply
            } else {
                dialog.end(failure.sentence)
            }
        }
        overlays[index] = .connect(dialog)
        return commands
    }

    /// What became of the draft that the dialog had applied; true if the dialog showed it.
    mutating func endDialog(_ result: Result<InstanceOverview, Failure>) -> Bool {
        guard let index = dialogIndex, var dialog = dialog(at: index), dialog.phase == .applying else { return false }
        switch result {
        case .success(let overview):
            overlays.remove(at: index)
            say(.success, "\(overview.name) is connected\(dialog.instance == nil ? "" : " again").", about: .source)
            return true
        case .failure(.rejected):
            overlays.remove(at: index)
            return false
        case .failure(let failure):
            dialog.end(failure.sentence)
            overlays[index] = .connect(dialog)
            return true
        }
    }

    // MARK: Another org

    /// Asks whether another org than before is meant, with what was granted still in hand; false where nothing was being
    /// applied.
    mutating func askForOther(_ found: String, _ watched: String) -> Bool {
        guard let id = form.instance, var draft = form.applying else { return false }
        form.applying = nil
        if let index = dialogIndex { overlays.remove(at: index) }
        draft.authorizationState = granted.flatMap { $0.fits(draft, id) ? $0.state : nil }
        granted = nil
        _ = ask(
            "Watch another org?",
            "These credentials lead to \(found), but this instance watches \(watched). If it goes over, its events stay, "
                + "and records are followed anew from then on; for both orgs make a new instance instead (n).",
            verb: "Go over",
            .changeOrganization(id, draft)
        )
        return true
    }

    /// Applies the draft that led to another org, now that it is meant.
    mutating func changeOrganization(_ id: InstanceID, _ draft: InstanceDraft) -> [Command] {
        var meant = draft
        meant.allowsOtherOrganization = true
        form.applying = meant
        return [.update(id, meant)]
    }

    /// Whether the dialog is on top.
    var isConnecting: Bool { if case .connect? = overlays.last { true } else { false } }

    private var dialogIndex: Int? { overlays.lastIndex { if case .connect = $0 { true } else { false } } }

    private func dialog(at index: Int) -> ConnectDialog? {
        if case .connect(let dialog) = overlays[index] { dialog } else { nil }
    }
}
