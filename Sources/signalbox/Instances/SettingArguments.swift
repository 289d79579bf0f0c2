import Domain
import FoundationEssentials
import Primitives

/// `--set KEY=VALUE` options as the `configuration` of a body.
enum SettingArguments {
    /// The body with these settings laid over its own; one without any is as it was.
    ///
    /// - Throws: `UsageError` that names the option.
    static func merged(_ settings: [String], into body: JSON?) throws(UsageError) -> JSON {
        var members = body?.members ?? []
        var configuration = members.last { $0.name == "configuration" }?.value.members ?? []
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            // No key has blanks around it; a value may.
            let name = parts[0].trimmed
            guard parts.count == 2, !name.isEmpty else {
                throw UsageError(
                    "--set takes KEY=VALUE, like event.objects=Account,Case; “\(setting.prefix(80))” is not that."
                )
            }
            let value = try value(parts[1], of: name)
            configuration.removeAll { $0.name == name }
            configuration.append(JSON.Member(name, .string(value)))
        }
        guard !configuration.isEmpty else { return .object(members) }
        members.removeAll { $0.name == "configuration" }
        members.append(JSON.Member("configuration", .object(configuration)))
        return .object(members)
    }

    /// A key fits no command line: `@FILE` reads it.
    private static func value(_ text: String, of name: String) throws(UsageError) -> String {
        guard name == ConfigurationKey.privateKey.rawValue, text.hasPrefix("@") else { return text }
        do { return try KeyFile.read(String(text.dropFirst())) } catch {
            throw UsageError("--set \(name): \(error)")
        }
    }
}
