import Domain

extension Form {
    /// What applying the chosen event type will do in the org; nil where nothing changes there. `before` is what is in
    /// force, nil for a new instance; `apexKey` opens the Apex.
    func switchConsequence(before: InstanceConfiguration?, apexKey: String) -> String? {
        switch (before?.eventType ?? .polling, eventType) {
        case (.polling, .webhooks):
            guard isOn(.deployApex) else {
                return
                    "Applying deploys no Apex, because that is off under Optional fields; press \(apexKey) "
                    + "afterwards to deploy or export it."
            }
            let count = objects.value.isEmpty ? InstanceConfiguration.defaultObjects.count : objects.value.count
            return
                "Applying deploys Apex triggers on \(Words.count(count, "object")) into a sandbox or developer org. A "
                + "production org is left alone: press \(apexKey) afterwards to export the project, or to deploy it "
                + "with its test."
        case (.webhooks, .polling):
            return isOn(.deployApex)
                ? "Applying takes the Apex triggers out of a sandbox or developer org; in production, and where others put "
                    + "them there, press \(apexKey) and remove them."
                : "Applying leaves the Apex triggers in the org, because deploying is off; press \(apexKey) and "
                    + "remove them."
        default: return nil
        }
    }
}
