/// The meaning of a cell: its own role, the surface below it, and attributes on top.
///
/// `ground` is the role that paints the surface, for instance `.selection` under a whole row whose
/// words keep roles of their own. A theme joins both: the colour of `role` on the background of `ground`.
package struct Style: Hashable, Sendable {
    package var role: StyleRole
    package var ground: StyleRole?
    package var attributes: Attributes

    package init(_ role: StyleRole = .text, on ground: StyleRole? = nil, _ attributes: Attributes = []) {
        self.role = role
        self.ground = ground
        self.attributes = attributes
    }

    /// The same on another surface.
    package func on(_ ground: StyleRole?) -> Style { Style(role, on: ground, attributes) }

    /// The same with more attributes.
    package func with(_ more: Attributes) -> Style { Style(role, on: ground, attributes.union(more)) }

    package static let text = Style(.text)
    package static let dim = Style(.dim)
    package static let faint = Style(.faint)
    package static let border = Style(.border)
    package static let borderFocus = Style(.borderFocus)
    package static let title = Style(.title)
    package static let accent = Style(.accent)
    package static let match = Style(.match)
    package static let key = Style(.key)
    package static let field = Style(.field)
    package static let fieldFocus = Style(.fieldFocus)
    package static let fieldInvalid = Style(.fieldInvalid)
    package static let statusOK = Style(.statusOK)
    package static let statusWarn = Style(.statusWarn)
    package static let statusFail = Style(.statusFail)
    package static let statusRetry = Style(.statusRetry)
    package static let statusInfo = Style(.statusInfo)
    package static let scrollbar = Style(.scrollbar)
    package static let link = Style(.link)
}
