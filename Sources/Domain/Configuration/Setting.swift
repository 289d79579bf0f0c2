import Primitives

/// One setting of an instance. `ConfigurationKey.setting` makes each of them; whatever shows, reads or describes settings
/// goes by this, so that a new one is one row there.
///
/// ```swift
/// let setting = ConfigurationKey.refreshInterval.setting
/// setting.label  // "Event poller refresh interval"
/// setting.standard  // "5"
///
/// var configuration = InstanceConfiguration()
/// if let issue = configuration.set(.refreshInterval, to: "0") { print(issue.message) }  // names the range
/// ```
package struct Setting: Sendable {
    /// The part of the form that has it.
    package enum Section: Sendable, Hashable {
        case events
        case connection
        case optional
    }

    /// What it holds, for controls and descriptions.
    package enum Kind: Sendable, Hashable {
        case flag
        case number(ClosedRange<Int>, unit: String)
        case choice([String])
        case text
        /// API names of objects.
        case objects
        /// `now`, `backfill` or a moment.
        case start
    }

    /// A given text, read.
    package enum Reading: Sendable {
        case value(String)
        /// What is wrong with it, as a clause that goes on behind the label.
        case refused(String)
    }

    package typealias SecretPath = any WritableKeyPath<InstanceConfiguration, Secret> & Sendable

    package let kind: Kind
    /// What forms and messages call it.
    package let label: String
    package let section: Section
    /// One line that explains it.
    package let help: String
    /// How it is edited in the form; may be empty.
    package let hint: String
    /// What stands in its empty field.
    package let placeholder: String
    /// Where a value is that leaves the program only as `********`; nil for settings that are none.
    package let secret: SecretPath?
    /// A secret that stands in the form in clear, as it opens nothing by itself; the API masks it as the others.
    package let isShown: Bool
    /// With which event types and grants it means something.
    package let applies: @Sendable (EventType, GrantType) -> Bool
    /// As the API spells it, empty where it is not set; secrets in clear.
    package let read: @Sendable (InstanceConfiguration) -> String
    /// Takes a value; returns what is wrong with it as a clause that goes on behind the label, and leaves all as it was.
    let write: @Sendable (inout InstanceConfiguration, JSON) -> String?

    /// What a new instance has there, as the API spells it.
    package var standard: String { read(InstanceConfiguration()) }

    init(
        _ kind: Kind,
        _ label: String,
        in section: Section,
        help: String,
        hint: String = "",
        placeholder: String = "",
        secret: SecretPath? = nil,
        isShown: Bool = false,
        when applies: @escaping @Sendable (EventType, GrantType) -> Bool = { _, _ in true },
        read: @escaping @Sendable (InstanceConfiguration) -> String,
        write: @escaping @Sendable (inout InstanceConfiguration, JSON) -> String?
    ) {
        self.kind = kind
        self.label = label
        self.section = section
        self.help = help
        self.hint = hint
        self.placeholder = placeholder
        self.secret = secret
        self.isShown = isShown
        self.applies = applies
        self.read = read
        self.write = write
    }
}
