import Domain
import Drawing

extension Form {
    /// Gives a key to the focused control; false if the control has no use for it.
    mutating func handle(_ key: Key) -> Bool {
        switch focus {
        case .eventsEnabled: return toggle(key, \.eventsEnabled)
        case .filterNulls: return toggle(key, \.filterNulls)
        case .eventType: return choose(key, among: EventType.allCases, \.eventType)
        case .grant: return choose(key, among: grants, \.grant)
        case .connection, .optional: return fold(key)
        case .callbackURL:
            let before = callbackURL.characters
            let handled = edit(key, \.callbackURL)
            if callbackURL.characters != before { test = nil }
            return handled
        case .interval:
            let handled = interval.handle(key)
            if handled { quietFault(.interval) }
            return handled
        case .objects: return handleObjects(key)
        case .endpoint: return edit(key, \.endpoint)
        case .code: return edit(key, \.code)
        case .username: return edit(key, \.username)
        case .privateKey: return edit(key, \.privateKey)
        case .password: return edit(key, \.password)
        case .redirectURL: return edit(key, \.redirectURL)
        case .scope: return edit(key, \.scope)
        case .name: return edit(key, \.name)
        case .tags: return edit(key, \.tags)
        case .firstPoll: return choose(key, among: FineTuning.FirstPoll.allCases, \.fine.firstPoll)
        case .firstPollSince: return edit(key, \.fine.since)
        case .reconcile: return edit(key, \.fine.reconcile)
        case .reportTouches: return toggle(key, \.fine.reportTouches)
        case .batchSize: return edit(key, \.fine.batchSize)
        case .deployApex: return toggle(key, \.fine.deployApex)
        case .unsignedWebhooks: return toggle(key, \.fine.unsignedWebhooks)
        case .consumerKey: return edit(key, \.consumerKey)
        case .consumerSecret: return edit(key, \.consumerSecret)
        case .refreshToken: return edit(key, \.refreshToken)
        case .signatureKey: return edit(key, \.signatureKey)
        }
    }

    /// Takes pasted text in one piece; it never presses a button.
    mutating func paste(_ text: String) {
        switch focus {
        case .callbackURL:
            callbackURL.insert(text)
            test = nil
        case .interval: interval.insert(text)
        case .objects:
            objects.filter.insert(text.split(whereSeparator: \.isNewline).joined(separator: ","))
            objects.filterChanged()
        case .endpoint: endpoint.insert(text)
        case .code: code.insert(text)
        case .username: username.insert(text)
        case .privateKey: privateKey.insert(text)
        case .password: password.insert(text)
        case .redirectURL: redirectURL.insert(text)
        case .scope: scope.insert(text)
        case .name: name.insert(text)
        case .tags: tags.insert(text)
        case .firstPollSince: fine.since.insert(text)
        case .reconcile: fine.reconcile.insert(text)
        case .batchSize: fine.batchSize.insert(text)
        case .consumerKey: consumerKey.insert(text)
        case .consumerSecret: consumerSecret.insert(text)
        case .refreshToken: refreshToken.insert(text)
        case .signatureKey: signatureKey.insert(text)
        case .eventsEnabled, .eventType, .connection, .grant, .optional, .filterNulls, .firstPoll, .reportTouches,
            .deployApex, .unsignedWebhooks:
            return
        }
        quietFault(focus)
    }

    /// Moves to the next control; false behind the last.
    mutating func advance(by step: Int) -> Bool {
        let fields = fields
        guard let index = fields.firstIndex(of: focus), fields.indices.contains(index + step) else { return false }
        focus(fields[index + step])
        return true
    }

    /// While typing, a fault that was shown goes as soon as it is mended, but no new one appears.
    private mutating func quietFault(_ field: FieldID) {
        if faults[field] != nil { faults[field] = fault(of: field) }
    }

    private mutating func toggle(_ key: Key, _ value: WritableKeyPath<Form, Bool>) -> Bool {
        switch key {
        case .space, .enter: self[keyPath: value].toggle()
        case .left: self[keyPath: value] = false
        case .right: self[keyPath: value] = true
        default: return false
        }
        return true
    }

    private mutating func choose<Choice: Equatable>(
        _ key: Key,
        among choices: [Choice],
        _ value: WritableKeyPath<Form, Choice>
    ) -> Bool {
        let step: Int
        switch key {
        case .left: step = -1
        case .right, .space, .enter: step = 1
        default: return false
        }
        let index = choices.firstIndex(of: self[keyPath: value]) ?? 0
        self[keyPath: value] = choices[(index + step + choices.count) % choices.count]
        faults = faults.filter { applies($0.key) }
        return true
    }

    private mutating func fold(_ key: Key) -> Bool {
        switch key {
        case .space, .enter: unfolded.formSymmetricDifference([focus])
        case .left: unfolded.remove(focus)
        case .right: unfolded.insert(focus)
        default: return false
        }
        return true
    }

    private mutating func edit(_ key: Key, _ field: WritableKeyPath<Form, TextField>) -> Bool {
        guard self[keyPath: field].handle(key) else { return false }
        quietFault(focus)
        return true
    }

    private mutating func edit(_ key: Key, _ field: WritableKeyPath<Form, SecretField>) -> Bool {
        guard self[keyPath: field].handle(key) else { return false }
        quietFault(focus)
        return true
    }

    private mutating func handleObjects(_ key: Key) -> Bool {
        switch key {
        case .up: return objects.move(by: -1)
        case .down: return objects.move(by: 1)
        case .pageUp: return objects.move(by: -ObjectList.rows)
        case .pageDown: return objects.move(by: ObjectList.rows)
        case .home: objects.moveToStart()
        case .end: objects.moveToEnd()
        case .space: objects.toggle(at: objects.cursor)
        case .ctrl("a"): objects.toggleAll()
        case .enter:
            if objects.filter.text.trimmed.isEmpty {
                objects.toggle(at: objects.cursor)
            } else {
                enterFilter()
                return true
            }
        case .escape:
            guard !objects.filter.isEmpty else { return false }
            objects.filter = TextField()
            objects.filterChanged()
            faults[.objects] = nil
        default:
            guard objects.filter.handle(key) else { return false }
            objects.filterChanged()
        }
        quietFault(.objects)
        return true
    }

    /// One match is ticked; anything else that was typed is taken as names.
    private mutating func enterFilter() {
        let shown = objects.shown
        if shown.count == 1, !objects.filter.text.contains(",") {
            objects.toggle(at: 0)
            objects.filter = TextField()
            objects.filterChanged()
            faults[.objects] = nil
        } else {
            faults[.objects] = objects.addTyped().map { "Objects to monitor: \($0)" }
        }
    }
}
