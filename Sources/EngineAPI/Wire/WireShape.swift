/// What the JSON of a value looks like.
package indirect enum WireShape: Sendable {
    case integer
    case flag
    case text
    /// Milliseconds since 1970.
    case moment
    /// Base64.
    case bytes
    case words([String])
    case list(WireShape)
    /// An object whose members are named by data.
    case table(WireShape)
    /// Null, or left out as a member.
    case optional(WireShape)
    /// An object of this name; a closed one refuses members that it does not have.
    case object(String, [Member], isClosed: Bool)
    /// What a filter of events asks for, as bulk replays take it.
    case filter

    package struct Member: Sendable {
        package let name: String
        package let shape: WireShape

        /// Whether it may be left out.
        package var isOptional: Bool { if case .optional = shape { true } else { false } }
    }
}
