import Primitives

extension StringProtocol {
    /// The text as a sentence quotes it: what no eye sees in it stands there by its number, like `U+200B`, since a fault that
    /// is pasted along with a word can't be found otherwise.
    package var visible: String {
        var text = ""
        for scalar in unicodeScalars {
            if Self.isSeen(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "U+" + String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
            }
        }
        return text
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isInvisible { return false }
        return switch scalar.properties.generalCategory {
        case .surrogate, .privateUse, .unassigned: false
        // The blank of the keyboard; others look like it and are not.
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
