/// How sentences name each setting: by the option, the variable or the line that it was given by.
///
/// What is set is the same however it was given, and so are two of these.
struct GivenNames: Sendable, Hashable {
    private var names: [SettingKey: String] = [:]

    /// By its option where it was not given.
    subscript(_ key: SettingKey) -> String {
        get { names[key] ?? key.option }
        set { names[key] = newValue }
    }

    func isOption(_ key: SettingKey) -> Bool { names[key] == key.option }

    static func == (_: GivenNames, _: GivenNames) -> Bool { true }

    func hash(into _: inout Hasher) {}
}
