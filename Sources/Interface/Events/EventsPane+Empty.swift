import Domain
import Drawing
import EngineAPI
import Primitives

extension EventsPane {
    /// What to do next, where there is nothing to see yet.
    func paintEmpty(_ rect: Rect, _ painter: inout Painter) {
        let lines = emptyLines(painter.context).flatMap { line in
            line.text.wrapped(to: max(1, min(rect.width, 72))).map { ($0, line.style) }
        }
        let top = max(0, (rect.height - lines.count) / 3)
        let width = lines.map(\.0.width).max() ?? 0
        let left = max(0, (rect.width - width) / 2)
        for (row, line) in lines.prefix(rect.height).enumerated() {
            let place = Rect(x: rect.x + left, y: rect.y + top + row, width: rect.width - left, height: 1)
            painter.canvas.draw(line.0, in: place, style: line.1)
        }
    }

    private func emptyLines(_ context: DashboardContext) -> [(text: DisplayText, style: Style)] {
        func text(_ text: String, _ style: Style = .text) -> (DisplayText, Style) { (DisplayText(text), style) }
        if let failure = window.failure {
            return [
                text("The events can't be read.", .title), text(failure, .statusFail),
                text("Trying again by itself.", .dim),
            ]
        }
        guard let list = context.instances.list else {
            return [
                text(
                    context.instances.failure ?? context.arrangement ?? "Starting…",
                    context.instances.failure == nil ? .dim : .statusFail
                )
            ]
        }
        guard let instance = context.instance else {
            return firstSteps(isFirst: list.isEmpty, context).map { text($0.0, $0.1) }
        }
        if !window.hasLoaded { return [text(filtering.isOn ? "Searching…" : "Loading events…", .dim)] }
        if let reach = reachWords(context) {
            return [text("Searching…", .title), text(""), text(filtering.text, .accent), (reach.text, .dim)]
        }
        if filtering.isOn { return noMatch(context).map { text($0.0, $0.1) } }
        return nothingYet(instance, context).map { text($0.0, $0.1) }
    }

    private func noMatch(_ context: DashboardContext) -> [(String, Style)] {
        let (edit, clear) = (context.key(.filter), context.key(.closeDetail))
        let way =
            filtering.line == nil
            ? "\(edit) changes the filter, \(clear) shows all events again."
            : "\(context.key(.leaveFilter)) leaves the filter; the list is as it was before."
        let meant = [FilterWords.meant(by: filtering.text), instanceNote(context)].compactMap { $0 }
        let head: [(String, Style)] = [("No event matches", .title), ("", .text), (filtering.text, .accent)]
        return head + meant.map { ($0, Style.text) } + [(way, Style.dim)]
    }

    private func firstSteps(isFirst: Bool, _ context: DashboardContext) -> [(String, Style)] {
        let (test, apply) = (context.key(.testCallback), context.key(.applyDraft))
        // As far as the form says already how it connects.
        let grant = context.formDraft?.configuration.effectiveGrant ?? .authorizationCode
        let allow = grant == .authorizationCode ? " and allow access in the browser" : ""
        let steps: [(String, Style)] = [
            (isFirst ? "No instance yet" : "A new instance", .title),
            ("", .text),
            ("1  Give the URL where events shall be posted; \(test) tests it. It may stay empty.", .text),
            ("2  Set how often to poll, and tick the objects to watch.", .text),
            ("3  Under Connection, give your My Domain address and the consumer key of an External Client App.", .text),
            ("4  Press \(apply)\(allow). Changes show up here as they come.", .text),
            ("", .text),
        ]
        if let back = context.instances.wayBack {
            let keys = "\(context.key(.leaveField)) in the empty form, or \(context.key(.switchInstance))"
            return steps + [("Back to \(back.name): \(keys).", .dim)]
        }
        return steps + [("No org at hand? signalbox demo runs one of its own.", .dim)]
    }

    private func nothingYet(_ instance: InstanceOverview, _ context: DashboardContext) -> [(String, Style)] {
        let settings = instance.configuration
        var lines: [(String, Style)] = [("No events yet", .title), ("", .text)]
        if instance.isDisabled {
            lines.append(("This instance is disabled; \(context.enablingWay).", .text))
        } else if !settings.eventsEnabled {
            let (form, flip) = (context.key(.focusForm), context.key(.flip))
            let apply = context.key(.applyDraft)
            lines.append(("Events are off. Press \(form), switch them on with \(flip), then \(apply).", .text))
        } else if case .needsAttention(let reason, _, _) = instance.source {
            lines.append((reason, .statusFail))
            lines.append(("Press \(context.key(.connectAgain)) to connect this instance again.", .text))
        } else if settings.eventType == .webhooks {
            lines.append(("Waiting for Apex in the org to post to", .text))
            lines.append((instance.receiverURL, .link))
            lines.append(("\(context.key(.apex)) shows what is deployed; it deploys and exports that Apex.", .dim))
        } else {
            let objects = settings.watchedObjects.prefix(4).joined(separator: ", ")
            let more = settings.watchedObjects.count > 4 ? "…" : ""
            lines.append(("Change a record (\(objects)\(more)) in Salesforce.", .text))
            let key = context.key(.pollNow)
            // Nobody knows what a lost node does.
            let next = context.instances.loss == nil ? instance.nextPoll : nil
            let planned = next.map { "The next poll is at \(context.clock($0).string); \(key)" }
            let when = context.extraPolls.map { "It is polled every \($0) s; \(key)" } ?? planned ?? key
            lines.append(("\(when) polls now.", .text))
        }
        if settings.callbackURL.isEmpty {
            lines.append(("No callback URL is set: events will be recorded and shown, not delivered.", .dim))
        }
        return lines
    }
}
