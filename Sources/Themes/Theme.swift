package import Drawing

/// A named look: what each role shows, before it is reduced to what a terminal can show.
package struct Theme: Sendable, Equatable {
    package let name: String
    /// One line that tells people what the theme is for.
    package let summary: String
    let roles: [StyleRole: RolePaint]
    /// What replaces `roles` on terminals of sixteen colours.
    let sixteen: [StyleRole: RolePaint]

    /// The look of each role at `depth`; at `.mono` only attributes remain, those of the theme `mono`.
    package func styleSheet(depth: ColorDepth) -> StyleSheet {
        if depth == .mono {
            return StyleSheet(depth: .mono) { role in
                RolePaint(attributes: ThemeCatalog.monoAttributes[role] ?? [])
            }
        }
        return StyleSheet(depth: depth) { role in
            if depth == .sixteen, let own = resolved(role, in: sixteen.merging(roles) { first, _ in first }) {
                return own.reduced(to: depth)
            }
            return (resolved(role, in: roles) ?? RolePaint()).reduced(to: depth)
        }
    }

    /// What the theme says of the role or, if nothing, of the one that stands in for it.
    func paint(of role: StyleRole) -> RolePaint { resolved(role, in: roles) ?? RolePaint() }

    private func resolved(_ role: StyleRole, in table: [StyleRole: RolePaint]) -> RolePaint? {
        if let own = table[role] { return own }
        // Plain text stands below every role anyway; taking its background over would hide surfaces.
        guard let fallback = role.fallback, fallback != .text else { return nil }
        return resolved(fallback, in: table)
    }
}

extension RolePaint {
    func reduced(to depth: ColorDepth) -> RolePaint {
        RolePaint(
            foreground: foreground?.reduced(to: depth),
            background: background?.reduced(to: depth),
            attributes: attributes
        )
    }
}

extension Theme: CustomStringConvertible {
    package var description: String { name }
}
