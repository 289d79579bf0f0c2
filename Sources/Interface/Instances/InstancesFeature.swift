import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// Takes the result of a command.
    mutating func takeResult(_ message: Message) -> [Command] {
        switch message {
        case .instances(let result): takeInstances(result)
        case .page(let token, let result): takePage(token, result)
        case .counts(let token, let result): counts.take(token: token, result)
        case .detail(let sequence, let result): detail?.take(sequence, result)
        case .objects(let id, let result): takeObjects(id, result)
        case .saved(let result): takeSaved(result)
        case .switched(_, let result):
            areInstancesStale = true
            switch result {
            case .success(let overview):
                say(.success, "\(overview.name) is \(overview.isDisabled ? "disabled" : "enabled").", about: .source)
            case .failure(let failure): say(.failure, failure.sentence)
            }
        case .deleted(let id, let result): takeDeleted(id, result)
        case .polled(let id, let result): takePolled(id, result)
        case .replayed(let sequence, let result): takeReplayed(sequence, result)
        case .tested(let url, let result): takeTested(url, result)
        case .replayPreview(let token, let result): return takePreview(token: token, result)
        case .replaysCreated(let result): takeCreated(result)
        case .replays(let token, let result): takeJobs(token: token, result)
        case .replayChanged(let result): takeChanged(result)
        case .apex(let id, let result): if id == current { apex.take(result) }
        case .apexEnded(let id, let work, let ending): return takeApex(id, work, ending)
        case .apexExported(let result): takeExported(result)
        case .secretRotated(let id, let result): takeRotated(id, result)
        case .resumed(let id, let result): takeReleased(id, result)
        case .activity(let token, let result): takeActivity(token, result)
        case .authorizationBegun(let token, let result): return takeBegun(token, result)
        case .authorization(let state, let result): return takeProgress(state, result, isReply: false)
        case .authorizationReply(let state, let result): return takeProgress(state, result, isReply: true)
        case .opened(let result):
            if case .failure(let failure) = result { say(.warning, failure.sentence) }
        case .keyRead(let path, let result): return takeKey(path, result)
        case .copied(let what, let result):
            switch result {
            case .success: say(.success, "Copied \(what).")
            case .failure(let failure): say(.failure, "Could not copy \(what): \(failure.sentence)")
            }
        case .report(let severity, let text):
            say(severity, text)
            if severity == .failure, instances == nil, settings.arrangement != nil {
                settings.arrangement = nil
                areInstancesStale = true
            }
        case .start, .input, .inputs, .tick, .notice, .engineStopped: break
        }
        return []
    }

    mutating func say(_ severity: Severity, _ text: String, about topic: NoticeBoard.Topic? = nil) {
        notices.post(severity, text, at: now, about: topic, isSmall: settings.size.height < 20)
    }

    private mutating func takeInstances(_ result: Result<[InstanceOverview], Failure>) {
        isLoadingInstances = false
        switch result {
        case .failure(let failure):
            if instancesFailure != failure.sentence { say(.failure, failure.sentence) }
            instancesFailure = failure.sentence
            areInstancesStale = true
            instancesNotBefore = now.advanced(bySeconds: 2)
        case .success(let list):
            // Its instance is on the way; a change of the instances tells of it.
            if list.isEmpty, instances == nil, settings.arrangement != nil { return }
            let isFirst = instances == nil
            let before = instance?.source
            // A new form that nobody has touched gives way to an instance that was made elsewhere.
            let isUntouched = current == nil && instances?.isEmpty == true && !form.isDirty && form.applying == nil
            instancesFailure = nil
            instances = list
            followRelease()
            if let current, let overview = list.first(where: { $0.id == current }) {
                form.refresh(overview)
                // A source that came back may know its objects now.
                if overview.source.word != before?.word { form.objects.retryAfterFailure() }
            } else if current != nil || isFirst || isUntouched && !list.isEmpty {
                show(list.first)
                if list.isEmpty { focus = .form } else if isUntouched { focus = .events }
            }
        }
    }

    /// Makes an instance the one that the screen is about; nil: a new one.
    mutating func show(_ overview: InstanceOverview?) {
        current = overview?.id
        form = overview.map(Form.init) ?? Form()
        form.offersPassword = settings.allowsPasswordGrant
        granted = nil
        var filter = EventFilter()
        if let overview { filter.instanceIDs = [overview.id] }
        events.reset(filter)
        counts.reset()
        activity = Activity()
        activityLoad.reset()
        replays.reset()
        apex = ApexBoard()
        detail = nil
        if focus == .detail { focus = .events }
    }

    private mutating func takePage(_ token: Int, _ result: Result<[EventSummary], Failure>) {
        let before = events.failure
        guard let purpose = events.take(token: token, result, at: now) else { return }
        if let failure = events.failure, failure != before { say(.failure, "Events can't be read: \(failure)") }
        if case .failure(let search) = purpose, search.part == .done, search.nearest == nil, events.failure == nil {
            say(.info, "No failed delivery or replay \(search.forward ? "after" : "before") this one.")
        }
        if let selected = events.selected, !events.isFollowing { detail?.show(selected) }
    }

    private mutating func takeObjects(_ id: InstanceID, _ result: Result<[ObjectDescription], Failure>) {
        guard form.instance == id else { return }
        switch result {
        case .success(let objects): form.objects.load(objects)
        case .failure(let failure): form.objects.fail(failure.sentence)
        }
    }

    private mutating func takeSaved(_ result: Result<InstanceOverview, Failure>) {
        areInstancesStale = true
        let wasAgain = form.applying?.connectsAnew == true
        if case .failure(.otherOrganization(let found, let watched)) = result, askForOther(found, watched) { return }
        if case .failure = result { form.applying = nil }
        if case .failure(.rejected) = result {} else { granted = nil }
        let isShown = endDialog(result)
        switch result {
        case .success(let overview):
            var list = instances ?? []
            let isNew = !list.contains { $0.id == overview.id }
            list.removeAll { $0.id == overview.id }
            instances = list + [overview]
            instances?.sort { $0.id < $1.id }
            if form.instance == nil {
                show(overview)
                focus = .events
            } else if form.instance == overview.id {
                form.applied(overview)
            }
            if isShown { break }
            say(
                .success,
                wasAgain
                    ? "\(overview.name) is connected again."
                    : isNew ? "\(overview.name) is connected." : "Applied. The changes are in force.",
                about: .source
            )
        case .failure(.rejected(let issues)): showRejected(issues)
        case .failure(let failure):
            if !isShown { say(.failure, (wasAgain ? "Not connected: " : "Nothing was applied: ") + failure.sentence) }
        }
    }

    /// Shows what was refused under the fields that it is about.
    mutating func showRejected(_ issues: [ConfigurationIssue]) {
        var faults: [FieldID: String] = [:]
        for issue in issues {
            let field = FieldID.setting(issue.key)
            if form.applies(field) {
                faults[field] = faults[field] ?? issue.message
            } else {
                say(.failure, issue.message)
            }
        }
        form.show(faults)
        focus = .form
        say(.failure, "Nothing was applied: \(issues.first?.message ?? "the settings were refused.")")
    }

    /// Puts a key that was read from a file into its field, and goes on applying.
    private mutating func takeKey(_ path: String, _ result: Result<String, Failure>) -> [Command] {
        guard form.keyPath == path else { return [] }
        switch result {
        case .success(let key):
            form[secret: .setting(.privateKey)].replace(key)
            return attempt(.applyDraft)
        case .failure(let failure):
            form.show([.setting(.privateKey): "JWT private key: \(failure.sentence)"])
            focus = .form
            return []
        }
    }

    private mutating func takeDeleted(_ id: InstanceID, _ result: Result<Done, Failure>) {
        areInstancesStale = true
        switch result {
        case .success:
            let name = instances?.first { $0.id == id }?.name ?? "The instance"
            instances?.removeAll { $0.id == id }
            if current == id { show(instances?.first) }
            say(.success, "\(name) was deleted.")
        case .failure(let failure): say(.failure, failure.sentence)
        }
    }

    private mutating func takePolled(_ id: InstanceID, _ result: Result<PollSummary, Failure>) {
        polling.remove(id)
        areInstancesStale = true
        switch result {
        case .failure(let failure): say(.failure, "The poll failed: \(failure.sentence)")
        case .success(let summary):
            let calls = Words.count(summary.apiCalls, "API call")
            let time = Words.milliseconds(summary.milliseconds)
            say(
                summary.problems.isEmpty ? .success : .warning,
                "Polled: \(summary.sentence), \(calls), \(time).",
                about: .source
            )
            for (object, problem) in summary.problems.sorted(by: { $0.key < $1.key }) {
                say(.warning, "\(object): \(problem)")
            }
        }
    }

    private mutating func takeReplayed(_ sequence: Int64, _ result: Result<Attempt, Failure>) {
        replaying.remove(sequence)
        lastReplay = (sequence, now)
        events.noteDeliveries([])
        if detail?.sequence == sequence { detail?.invalidate() }
        switch result {
        case .failure(let failure): say(.failure, "Replay failed: \(failure.sentence)")
        case .success(let attempt):
            let time = Words.milliseconds(attempt.milliseconds)
            if let error = attempt.outcome.errorText {
                let sentence = "Replay to \(attempt.url) failed after \(time): \(error)"
                say(.failure, Words.sentence(sentence))
            } else {
                say(
                    .success,
                    "Replayed: the callback answered \(attempt.outcome.status ?? 200) in \(time).",
                    about: .callback
                )
            }
        }
    }

    private mutating func takeTested(_ url: String, _ result: Result<Attempt, Failure>) {
        guard case .running(url) = form.test else { return }
        switch result {
        case .success(let attempt):
            form.test = .answered(attempt)
            if let error = attempt.outcome.errorText {
                say(.failure, Words.sentence("Test notification to \(url) failed: \(error)"))
            }
        case .failure(let failure):
            form.test = .failed(failure.sentence)
            say(.failure, "Test notification: \(failure.sentence)")
        }
    }
}
