/// What a terminal is told for one style: colours it can show, and attributes.
package struct Paint: Hashable, Sendable {
    package var foreground: Color
    package var background: Color
    package var attributes: Attributes

    package init(foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// What one role contributes; a missing colour lets the surface below show through.
package struct RolePaint: Hashable, Sendable {
    package var foreground: Color?
    package var background: Color?
    package var attributes: Attributes

    package init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// The look of every role, already reduced to what the terminal can show.
package struct StyleSheet: Equatable, Sendable {
    /// The depth for which the colours were chosen.
    package let depth: ColorDepth
    private let paints: [RolePaint]

    /// Makes a sheet by asking for each role once.
    package init(depth: ColorDepth, _ paint: (StyleRole) -> RolePaint) {
        self.depth = depth
        paints = StyleRole.allCases.map(paint)
    }

    /// What the role alone contributes.
    package func paint(of role: StyleRole) -> RolePaint {
        paints[role.position]
    }

    /// Joins role, surface and plain text into what the terminal is told.
    package func paint(for style: Style) -> Paint {
        let own = paint(of: style.role)
        let base = paint(of: .text)
        guard let ground = style.ground.map(paint(of:)) else {
            return Paint(
                foreground: own.foreground ?? base.foreground ?? .terminal,
                background: own.background ?? base.background ?? .terminal,
                attributes: own.attributes.union(style.attributes)
            )
        }
        // Plain words on a surface are the surface's own letters; other roles keep what they have.
        var top = style.role == .text ? RolePaint(attributes: own.attributes) : own
        var surface = ground
        if surface.isReversed {
            // Reversed, letters of several colours would tear the surface into patches; own backgrounds end it.
            if top.background == nil {
                top = RolePaint(attributes: top.attributes.subtracting([.dim, .reverse]))
            } else {
                surface.attributes.remove(.reverse)
            }
        }
        return Paint(
            foreground: top.foreground ?? surface.foreground ?? base.foreground ?? .terminal,
            background: top.background ?? surface.background ?? base.background ?? .terminal,
            attributes: top.attributes.union(surface.attributes).union(style.attributes)
        )
    }
}

extension RolePaint {
    fileprivate var isReversed: Bool { attributes.contains(.reverse) && background == nil }
}

extension StyleRole {
    /// The place of the role in `allCases`.
    fileprivate var position: Int { Self.positions[self] ?? 0 }

    private static let positions = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
