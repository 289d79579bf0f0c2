import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// Opens the dialog with the filter that is most likely meant.
    mutating func openReplayDialog() {
        guard let current else { return }
        overlays.append(.replayMany(ReplayDialog(current, filter: likelyFilter)))
    }

    /// The record that is being looked at, else what died, else the last hour.
    private var likelyFilter: String {
        if focus == .detail, let event = selectedEvent { return "record:\(event.recordID)" }
        return (counts.value?.dead ?? 0) > 0 ? "state:dead -replay:succeeded" : "since:1h"
    }

    /// Why nothing can be replayed in bulk now; nil if it can.
    var bulkReplayObstacle: String? {
        guard let instance else { return noInstance }
        if instance.configuration.callbackURL.isEmpty {
            return "This instance has no callback URL to replay to; fill it in and apply."
        }
        return nil
    }

    mutating func take(_ key: Key, _ dialog: ReplayDialog) -> [Command] {
        var dialog = dialog
        switch key {
        case .escape: return []
        case .tab, .down: dialog.move(by: 1)
        case .backTab, .up: dialog.move(by: -1)
        case .enter where dialog.focus == .cancel, .space where dialog.focus == .cancel: return []
        case .enter where dialog.focus != .cancel, .space where dialog.focus == .start:
            overlays.append(.replayMany(dialog))
            return startReplays()
        default:
            switch dialog.focus {
            case .filter: if dialog.filter.handle(key) { dialog.filterChanged(at: now) }
            case .rate: _ = dialog.rate.handle(key)
            case .start, .cancel: break
            }
        }
        overlays.append(.replayMany(dialog))
        return []
    }

    mutating func press(_ field: ReplayDialog.Field) -> [Command] {
        guard case .replayMany(var dialog)? = overlays.popLast() else { return [] }
        guard field != .cancel else { return [] }
        dialog.focus = field
        overlays.append(.replayMany(dialog))
        return field == .start ? startReplays() : []
    }

    /// Asks before anything is sent; what is wrong is said in the dialog instead.
    private mutating func startReplays() -> [Command] {
        guard case .replayMany(var dialog)? = overlays.last, !dialog.isStarting else { return [] }
        guard case .success(let filter) = dialog.query(at: now) else { return focus(.filter) }
        guard let rate = dialog.rate.value else { return focus(.rate) }
        guard let preview = dialog.preview.value else {
            dialog.wantsStart = true
            overlays[overlays.count - 1] = .replayMany(dialog)
            return []
        }
        guard preview.count > 0 else { return focus(.filter) }
        return ask(
            "Replay \(Words.count(preview.count, "event"))?",
            "\(preview.count.grouped) \(preview.count == 1 ? "event goes" : "events go") to "
                + "\(callbackHost(of: dialog.instance)) once more, oldest first, at most \(rate) a second: "
                + "about \(Words.duration(preview.count / Int64(rate))). Event ids stay, signatures are new.",
            verb: "Replay",
            .startReplays(dialog.instance, filter, rate: rate)
        )
    }

    private mutating func focus(_ field: ReplayDialog.Field) -> [Command] {
        guard case .replayMany(var dialog)? = overlays.last else { return [] }
        dialog.focus = field
        overlays[overlays.count - 1] = .replayMany(dialog)
        return []
    }

    /// Host and port of an instance's callback.
    func callbackHost(of id: InstanceID) -> String {
        let url = instances?.first { $0.id == id }?.configuration.callbackURL ?? ""
        return HTTPAddress.authority(of: url) ?? url
    }

    /// What a person said yes to.
    mutating func createReplays(_ id: InstanceID, _ filter: EventFilter, rate: Int) -> [Command] {
        change { dialog in
            dialog.isStarting = true
            dialog.refusal = nil
        }
        return [.createReplays(id, filter, rate: rate)]
    }

    mutating func takePreview(token: Int, _ result: Result<ReplayPreview, Failure>) -> [Command] {
        var isWanted = false
        change { dialog in
            dialog.preview.take(token: token, result)
            isWanted = dialog.wantsStart && dialog.preview.value != nil
            if isWanted { dialog.wantsStart = false }
        }
        return isWanted ? startReplays() : []
    }

    mutating func takeCreated(_ result: Result<ReplayJob, Failure>) {
        replays.invalidate()
        switch result {
        case .success(let job):
            overlays.removeAll { if case .replayMany(let dialog) = $0 { dialog.isStarting } else { false } }
            say(
                .info,
                "Replaying \(Words.count(job.total, "event")) to \(callbackHost(of: job.instanceID)); J shows how it goes."
            )
        case .failure(let failure):
            var isShown = false
            change { dialog in
                guard dialog.isStarting else { return }
                dialog.isStarting = false
                dialog.refusal = failure.sentence
                isShown = true
            }
            if !isShown { say(.failure, "No bulk replay was begun: \(failure.sentence)") }
        }
    }

    /// Changes the dialog if it is open, wherever in the stack it lies.
    private mutating func change(_ edit: (inout ReplayDialog) -> Void) {
        for index in overlays.indices {
            guard case .replayMany(var dialog) = overlays[index] else { continue }
            edit(&dialog)
            overlays[index] = .replayMany(dialog)
        }
    }

    /// The preview that is due, if the dialog is open and its filter can be read.
    mutating func nextPreview() -> Command? {
        var command: Command?
        let now = now
        change { dialog in
            guard case .success(let filter) = dialog.query(at: now) else { return }
            command = dialog.preview.nextLoad(dialog.instance, filter, at: now)
        }
        return command
    }

    mutating func refreshPreview() {
        let now = now
        change { $0.preview.refresh(at: now) }
    }

    var previewDeadline: Timestamp? {
        overlays.lazy.compactMap { overlay -> Timestamp? in
            guard case .replayMany(let dialog) = overlay, case .success = dialog.query(at: now) else { return nil }
            return dialog.preview.nextDeadline
        }.first
    }
}
