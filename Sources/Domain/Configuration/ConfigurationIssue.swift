/// What is wrong with one setting, in words for the person who typed it.
package struct ConfigurationIssue: Sendable, Hashable, CustomStringConvertible {
    package let key: ConfigurationKey
    /// One sentence that says what is wrong and what to do; begins with a capital, names the field.
    package let message: String

    package init(_ key: ConfigurationKey, _ message: String) {
        self.key = key
        self.message = message
    }

    package var description: String { message }

    /// The same for whoever wrote the key and may not know what forms call it.
    package var messageWithKey: String {
        let label = key.label
        guard message.hasPrefix(label), !message.contains(key.rawValue) else { return message }
        return "\(label) (\(key.rawValue))\(message.dropFirst(label.count))"
    }
}

/// The settings that were refused; nothing of them was applied.
package struct ConfigurationRejected: Error, Hashable, CustomStringConvertible {
    package let issues: [ConfigurationIssue]

    package init(_ issues: [ConfigurationIssue]) { self.issues = issues }

    package var description: String { issues.map(\.message).joined(separator: " ") }
}
