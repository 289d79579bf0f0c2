import Domain
import EngineAPI

extension FormPane {
    /// Applies the draft, or shows what keeps it from being applied. Where a person's access is needed first, it is
    /// asked for; `AccessGranted` comes back.
    mutating func apply(_ effects: inout Effects) {
        form.leave(form.focus)
        let faults = form.allFaults
        guard faults.isEmpty else {
            form.show(faults)
            effects.focus(.form)
            let more = faults.count == 1 ? "one field is wrong" : "\(faults.count) fields are wrong"
            effects.say(.warning, "Nothing was applied: \(more).", on: .applying(form.instance))
            return
        }
        let overtaken = form.overtakenBy
        if !overtaken.isEmpty, let instance = form.instance { return askToOverrule(overtaken, of: instance, &effects) }
        if let path = form.keyPath { return effects.send(.readKey(path: path)) }
        var draft = form.draft
        if form.needsBrowser {
            // Access that was granted for these settings before another of them was refused.
            guard let granted, granted.fits(draft, form.instance) else {
                asksAgain = false
                return effects.post(AccessRequested(draft: draft, instance: form.instance))
            }
            draft.authorizationState = granted.state
        }
        send(draft, for: form.instance, &effects)
    }

    /// Names what somebody else has set since these fields were changed here, before it is replaced.
    private func askToOverrule(_ shown: [FieldID: String], of instance: InstanceID, _ effects: inout Effects) {
        let fields = FieldID.allCases.filter { shown[$0] != nil }
        let named = fields.prefix(3).map { "\($0.label) is now \((shown[$0] ?? "").prefix(100))" }
        let more = fields.count > 3 ? ["and \(fields.count - 3) more"] : []
        effects.ask(
            "Replace what was set elsewhere?",
            "What you have changed here was changed elsewhere, too: \((named + more).joined(separator: "; ")). Applying puts "
                + "yours in its place.",
            verb: "Replace",
            then: [.post(OverruleConfirmed(instance: instance, shown: shown))]
        )
    }

    /// Sends a draft to be stored. The form waits for the answer where it is about that instance.
    private mutating func send(_ draft: InstanceDraft, for instance: InstanceID?, _ effects: inout Effects) {
        lastRequest += 1
        var meant = draft
        meant.authorizationState = nil
        if draft.connectsAnew { reconnecting.insert(lastRequest) }
        if form.instance == instance {
            form.applying = meant
            awaited = lastRequest
        }
        let request = lastRequest
        effects.send(
            instance.map { .update(request: request, $0, draft) } ?? .create(request: request, draft)
        )
        effects.post(DraftSent(request: request))
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case is DraftDiscarded:
            form.discard()
            effects.say(.info, "The changes were discarded.", on: .applying(form.instance))
        case let chosen as FieldChosen: form.choose(chosen.word, in: chosen.field)
        case let sought as FieldSought: go(to: sought.field, &effects)
        case let rejected as DraftRejected: show(rejected.issues, &effects)
        case let access as AccessGranted:
            var draft = latest(of: access, context)
            granted = GrantedAccess(state: access.state, draft: draft, instance: access.instance)
            draft.authorizationState = access.state
            send(draft, for: access.instance, &effects)
        case let gone as InstanceGone: say(gone, &effects)
        case let confirmed as OverruleConfirmed:
            guard form.instance == confirmed.instance else { break }
            form.overrule(confirmed.shown)
            effects.perform(.applyDraft)
        case let request as ReconnectRequested: reconnect(request.instance, &effects)
        case let change as OrganizationChangeConfirmed:
            var meant = change.draft
            meant.allowsOtherOrganization = true
            send(meant, for: change.instance, &effects)
        default: break
        }
    }

    private mutating func go(to field: FieldID, _ effects: inout Effects) {
        effects.focus(Self.id)
        guard form.applies(field) else {
            return effects.say(.info, "\(field.label) means nothing with the other choices of the form.")
        }
        form.focus(field)
        reveal()
    }

    /// What was to be applied once access is granted, with what somebody else has set while a person was in the browser.
    private func latest(of access: AccessGranted, _ context: DashboardContext) -> InstanceDraft {
        guard let id = access.instance, let instance = context.instances[id] else { return access.draft }
        if asksAgain {
            return InstanceDraft(name: instance.name, tags: instance.tags, configuration: instance.configuration)
        }
        return form.instance == id ? form.draft : access.draft
    }

    /// Says that the instance is gone, and with it what the form held.
    private func say(_ gone: InstanceGone, _ effects: inout Effects) {
        let next = gone.next.map { "; this is \($0)." } ?? "."
        let changes = form.instance == gone.instance.id ? form.unsaved.count : 0
        let lost = changes > 0 ? " \(Words.count(changes, "unsaved change")) of its form went with it." : ""
        effects.post(
            Announcement(
                severity: .warning,
                text: "\(gone.instance.name) was deleted elsewhere\(next)\(lost)",
                isLasting: true
            )
        )
    }

    /// Connects the instance once more, with the settings that are in force.
    private mutating func reconnect(_ instance: InstanceOverview, _ effects: inout Effects) {
        var draft = InstanceDraft(name: instance.name, tags: instance.tags, configuration: instance.configuration)
        if draft.configuration.effectiveGrant == .authorizationCode {
            asksAgain = true
            return effects.post(AccessRequested(draft: draft, instance: instance.id))
        }
        draft.connectsAnew = true
        send(draft, for: instance.id, &effects)
    }

    mutating func accept(
        saved result: Result<InstanceOverview, Failure>,
        _ request: Int,
        for instance: InstanceID?,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let wasAgain = reconnecting.remove(request) != nil
        if case .success = result { effects.post(MatterSettled(matter: .applying(instance))) }
        guard request == awaited, form.instance == instance else {
            say(elsewhere: result, wasAgain, instance, context, &effects)
            return
        }
        awaited = nil
        if case .failure(.otherOrganization(let found, let watched)) = result,
            askForOther(found, watched, &effects)
        {
            return
        }
        let sent = form.applying
        if case .failure = result { form.applying = nil }
        if case .failure(.rejected) = result {} else { granted = nil }
        switch result {
        case .success(let overview):
            if instance == nil {
                carried = form.test.map { (instance: overview.id, test: $0) }
                effects.show(overview.id, focus: .events)
            } else {
                form.applied(overview)
            }
            if context.isShownByOverlay { break }
            effects.say(
                .success,
                wasAgain
                    ? "\(overview.name) is connected again."
                    : instance == nil ? "\(overview.name) is connected." : "Applied. The changes are in force.",
                about: .source
            )
        case .failure(.rejected(let issues)): show(issues, &effects)
        case .failure(let failure):
            if sent?.authorizationCode != nil, failure.isAboutCode {
                form.show([.code: failure.sentence])
                effects.focus(.form)
            }
            if context.isShownByOverlay { break }
            effects.say(
                .failure,
                (wasAgain ? "Not connected: " : "Nothing was applied: ") + failure.sentence,
                on: .applying(instance)
            )
        }
    }

    /// Says what became of a draft while the form is about something else, which is left alone.
    private func say(
        elsewhere result: Result<InstanceOverview, Failure>,
        _ wasAgain: Bool,
        _ instance: InstanceID?,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard !context.isShownByOverlay else { return }
        switch result {
        case .success(let overview):
            let words =
                wasAgain
                ? "\(overview.name) is connected again."
                : instance == nil
                    ? "\(overview.name) is connected." : "Applied: the changes of \(overview.name) are in force."
            effects.say(.success, words, about: context.instances.current == instance ? .source : nil)
        case .failure(let failure):
            let name = instance.map { context.instances[$0]?.name ?? "instance \($0)" } ?? "the new instance"
            effects.say(
                .failure,
                (wasAgain ? "\(name) is not connected: " : "Nothing was applied to \(name): ") + failure.sentence,
                on: .applying(instance)
            )
        }
    }

    /// Shows what was refused under the fields that it is about.
    private mutating func show(_ issues: [ConfigurationIssue], _ effects: inout Effects) {
        var faults: [FieldID: String] = [:]
        // What no field shows.
        var others: [String] = []
        for issue in issues {
            let field = FieldID.setting(issue.key)
            if form.applies(field) {
                faults[field] = faults[field] ?? issue.message
            } else {
                others.append(issue.message)
            }
        }
        form.show(faults)
        effects.focus(.form)
        let first = issues.first?.message ?? "the settings were refused."
        let reasons = [first] + others.filter { $0 != first }
        effects.say(
            .failure,
            "Nothing was applied: \(reasons.joined(separator: " "))",
            on: .applying(form.instance)
        )
    }

    /// Asks whether another org than before is meant, with what was granted still in hand; false where nothing was being
    /// applied.
    private mutating func askForOther(_ found: String, _ watched: String, _ effects: inout Effects) -> Bool {
        guard let id = form.instance, var draft = form.applying else { return false }
        form.applying = nil
        draft.authorizationState = granted.flatMap { $0.fits(draft, id) ? $0.state : nil }
        granted = nil
        effects.ask(
            "Watch another org?",
            "These credentials lead to \(found), but this instance watches \(watched). If it goes over, its events stay, "
                + "and records are followed anew from then on; for both orgs make a new instance instead.",
            verb: "Go over",
            then: [.post(OrganizationChangeConfirmed(instance: id, draft: draft))]
        )
        return true
    }

    /// Puts a key that was read from a file into its field, and goes on applying.
    mutating func accept(key result: Result<String, Failure>, from path: String, _ effects: inout Effects) {
        guard form.keyPath == path else { return }
        switch result {
        case .success(let key):
            form[secret: .setting(.privateKey)].replace(key)
            effects.perform(.applyDraft)
        case .failure(let failure):
            form.show([.setting(.privateKey): "JWT private key: \(failure.sentence)"])
            effects.focus(.form)
        }
    }
}

extension Failure {
    /// Whether it is about the authorization code, where one was sent: an org's refusal comes as a sentence, and nothing else
    /// that is sent with a code is called so.
    fileprivate var isAboutCode: Bool {
        guard case .failed(let sentence) = self else { return false }
        return sentence.split { !$0.isLetter }.contains("code")
    }
}

/// Posted once a person has said yes to losing the form's changes.
struct DraftDiscarded: DashboardEvent {}

/// Posted once a person means to replace what somebody else has set meanwhile.
struct OverruleConfirmed: DashboardEvent {
    let instance: InstanceID
    /// What was in force when they were asked, in words.
    let shown: [FieldID: String]
}

/// Posted when a draft is sent to be stored; `.saved` answers it by its number.
struct DraftSent: DashboardEvent {
    let request: Int
}

/// Posted where settings were refused before they were sent to be applied.
struct DraftRejected: DashboardEvent {
    let issues: [ConfigurationIssue]
}

/// Posted once a person means the other org that a draft leads to.
struct OrganizationChangeConfirmed: DashboardEvent {
    let instance: InstanceID
    let draft: InstanceDraft
}
