/// Cells of one row that lead to an address.
package struct Hyperlink: Hashable, Sendable {
    /// Longer ones are refused by terminals.
    private static let limit = 2048

    /// One row high, on the whole canvas.
    package let area: Rect
    package let address: String

    /// Nil for what can't be a link: no cells, or an address with anything but visible ASCII, which could steer the
    /// terminal.
    package init?(_ area: Rect, address: String) {
        guard area.height == 1, area.width > 0, (1...Self.limit).contains(address.utf8.count),
            address.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.area = area
        self.address = address
    }
}
