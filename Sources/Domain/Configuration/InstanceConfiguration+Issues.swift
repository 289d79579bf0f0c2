import Primitives

extension InstanceConfiguration {
    /// Everything that is wrong with these settings taken together; empty if they can be applied.
    package var issues: [ConfigurationIssue] {
        var found: [ConfigurationIssue] = []
        // An empty callback is allowed, as in the original: events are recorded and shown, nothing is delivered.
        if !callbackURL.isEmpty, let fault = HTTPAddress.callbackFault(in: callbackURL) {
            found.append(ConfigurationIssue(.callbackURL, "Event Notification Callback URL \(fault)."))
        }
        if let fault = HTTPAddress.hostFault(in: baseURL) {
            found.append(ConfigurationIssue(.baseURL, "Endpoint address \(fault)."))
        }
        if !Self.intervalRange.contains(refreshInterval) {
            found.append(
                ConfigurationIssue(
                    .refreshInterval,
                    "Event poller refresh interval is 1 to 1440 minutes; \(refreshInterval) is not."
                )
            )
        }
        if let name = objects.first(where: { !Self.isObjectName($0) }) {
            found.append(
                ConfigurationIssue(
                    .objects,
                    "Objects to monitor: \u{201C}\(name.prefix(60).visible)\u{201D} can't be an object name; use API names like Account or Invoice__c."
                )
            )
        }
        if objects.count > 200 {
            found.append(ConfigurationIssue(.objects, "Objects to monitor: at most 200 objects can be watched."))
        }
        if batchSize > 10, eventType == .polling {
            found.append(
                ConfigurationIssue(.batchSize, "Events per notification is at most 10 with polling, 20 with webhooks.")
            )
        }
        if let clause = PastedText.signingSecretFault(signatureKey.exposed) {
            found.append(ConfigurationIssue(.signatureKey, "\(ConfigurationKey.signatureKey.label) \(clause)."))
        }
        if !privateKey.isEmpty, !privateKey.isMask, let clause = SigningKeyText.fault(in: privateKey.exposed) {
            found.append(ConfigurationIssue(.privateKey, "\(ConfigurationKey.privateKey.label) \(clause)."))
        }
        return found
    }

    /// An API name: a letter, then letters, digits and underscores, at most 80 characters.
    package static func isObjectName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 80 else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
