/// A text that nobody may see by chance: printed, interpolated, dumped or reflected on it is `********`, and no encoder
/// takes it. Whoever needs the text itself says so, by `exposed`.
package struct Secret: Sendable, Hashable, SecretBearing {
    /// The text, for the one place that it is meant for: a header, a form field, a sealed column.
    package let exposed: String

    package init(_ text: String) { exposed = text }

    package var isEmpty: Bool { exposed.isEmpty }

    /// Whether it is only what stands for a secret that a client was not shown.
    package var isMask: Bool { exposed == secretMask }

    /// Whether somebody has given this very secret; nothing is what nobody may have. Takes the same time wherever the two
    /// differ.
    package func matches(_ given: String) -> Bool { !given.isEmpty && ConstantTime.equal(exposed, given) }

    package var description: String { secretMask }

    /// Takes the same time wherever two differ.
    package static func == (left: Secret, right: Secret) -> Bool { ConstantTime.equal(left.exposed, right.exposed) }
}

extension Secret: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}
