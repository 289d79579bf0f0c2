/// Arithmetic for values from outside: what does not fit stays at the end of the range, and nothing traps.
///
/// Swift's own operators end the process on an overflow, so that one number in a webhook could end the program.
extension FixedWidthInteger {
    package func adding(saturating other: Self) -> Self {
        let (sum, isTooFar) = addingReportingOverflow(other)
        guard isTooFar else { return sum }
        return other < 0 ? .min : .max
    }

    package func subtracting(saturating other: Self) -> Self {
        let (difference, isTooFar) = subtractingReportingOverflow(other)
        guard isTooFar else { return difference }
        return other < 0 ? .max : .min
    }

    package func multiplied(saturating other: Self) -> Self {
        let (product, isTooFar) = multipliedReportingOverflow(by: other)
        guard isTooFar else { return product }
        return (self < 0) == (other < 0) ? .max : .min
    }

    /// The whole part of a number, which `Self(_:)` would trap on where it is infinite or too large; 0 for no number.
    package init(saturating value: Double) {
        if let exact = Self(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}

extension Comparable {
    /// The nearest value of the range.
    package func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
