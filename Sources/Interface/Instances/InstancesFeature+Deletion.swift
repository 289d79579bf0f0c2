import Domain
import Drawing
import EngineAPI
import Primitives

extension InstancesFeature {
    /// Why nothing more is begun with the instance; nil where it stays.
    var deletionObstacle: String? {
        directory.current.flatMap { directory.deleting[$0] }.map { "\($0) is being deleted." }
    }

    func askToDelete(_ context: DashboardContext, _ effects: inout Effects) {
        guard let instance = directory.instance else { return }
        let apex =
            context.mayHaveApex(instance)
            ? " The Apex that was deployed for it is removed from the org, unless that is a production org." : ""
        // Of all instances in one list nobody has counted those of one.
        let open = context.showsAllInstances ? 0 : context.totals?.open ?? 0
        let more = context.totals?.isCut == true ? "+" : ""
        let given =
            switch open {
            case 0: "what is not delivered yet is given up"
            case 1: "1 event that is not delivered yet is given up"
            default: "\(open.grouped)\(more) events that are not delivered yet are given up"
            }
        effects.ask(
            "Delete \(instance.name), instance \(instance.id)?",
            "Its configuration and its access to the org go for good, and \(given). Its events stay in the store; the command "
                + "line and the API read them.\(apex)",
            verb: "Delete",
            then: [.post(DeletionConfirmed(instance: instance))]
        )
    }

    /// What became of its Apex may be something to do in the org: it stands longer on the screen.
    func say(deleted name: String, _ report: String?, _ effects: inout Effects) {
        let words = "\(name) was deleted."
        if let report { effects.say(.warning, "\(words) \(report)") } else { effects.say(.success, words) }
    }
}

/// Posted once a person means to delete an instance.
struct DeletionConfirmed: DashboardEvent {
    let instance: InstanceOverview
}

extension DashboardContext {
    /// Whether the org of an instance may have Apex that goes with it.
    func mayHaveApex(_ instance: InstanceOverview) -> Bool {
        instance.configuration.eventType == .webhooks
            || instance.id == instances.current && apex.status?.deployed != nil
    }

    /// How an instance is that is being deleted from here; nil where it isn't.
    func deletion(of instance: InstanceOverview) -> Health? {
        guard instances.deleting[instance.id] != nil else { return nil }
        let reason =
            mayHaveApex(instance)
            ? "This instance is being deleted; the Apex that was deployed for it is removed from the org first." : nil
        return Health(glyph: glyphs.partial, word: "DELETING", role: .statusWarn, reason: reason)
    }
}
