extension Canvas {
    /// The rows as text, without the spaces at their ends.
    package var text: String {
        rows { x, y in
            let cell = storage[y * size.width + x]
            return cell.isTrailing ? "" : String(String.UnicodeScalarView(scalars(of: cell)))
        }
    }

    /// The rows with one letter per cell for the role; plain text is a dot.
    package var roles: String {
        rows { x, y in
            let role = storage[y * size.width + x].style.role
            return role == .text ? "." : String(role.letter)
        }
    }

    /// The rows with one letter per cell for the surface; a space where there is none.
    package var grounds: String {
        rows { x, y in storage[y * size.width + x].style.ground.map { String($0.letter) } ?? " " }
    }

    private func rows(_ cell: (Int, Int) -> String) -> String {
        (0..<size.height).map { y in
            var row = (0..<size.width).map { x in cell(x, y) }.joined()
            while row.last == " " { row.removeLast() }
            return row
        }.joined(separator: "\n")
    }
}
