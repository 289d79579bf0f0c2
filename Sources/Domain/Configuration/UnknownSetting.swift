package import Primitives

/// Settings that Signalbox doesn't know. Clients of the original send many of its own, which are kept as they came; what
/// can only be a mistake is refused, as nothing would come of it, and nobody would see why.
package enum UnknownSetting {
    /// Of one instance.
    package static let most = 200
    /// Bytes.
    private static let longestKey = 255
    private static let longestValue = 64 << 10

    /// The original's own ways to credentials, which other servers than ours would be sent.
    private static let credentials: Set<String> = [
        "event.notification.callback.headers", "event.notification.basic.username",
        "event.notification.basic.password",
    ]

    /// Why it can't be kept, in one sentence; nil if it can.
    package static func fault(_ key: String, _ value: JSON) -> String? {
        guard !key.trimmed.isEmpty else { return "A setting has no key; give it one, or leave it out." }
        let shown = key.filter { !PastedText.hidesSomething(String($0)) }.prefix(80)
        if let known = NearWord.find(key, among: ConfigurationKey.allCases.map(\.rawValue), for: .refusal) {
            return "There is no setting \u{201C}\(shown)\u{201D}; did you mean \(known)?"
        }
        guard key.trimmed == key, !PastedText.hidesSomething(key) else {
            return "The key \u{201C}\(shown)\u{201D} of a setting has blanks around it, or something that doesn't show."
        }
        let text = value.settingText ?? value.text
        if credentials.contains(key.lowercased()), !text.isEmpty {
            return "\(shown) does nothing here; set \(ConfigurationKey.callbackHeaders.rawValue) to "
                + "{\"Authorization\": \"Basic …\"}, which each post then carries."
        }
        guard key.utf8.count <= longestKey else {
            return "The key of the setting \u{201C}\(shown)\u{201D} is longer than \(longestKey) bytes."
        }
        guard text.utf8.count <= longestValue else {
            return "\(shown) is longer than \(longestValue) bytes."
        }
        return nil
    }
}
