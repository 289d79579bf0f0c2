/// Figures as bars of text.
enum Plot {
    private static let eighths = Array(" ▏▎▍▌▋▊▉")

    /// A bar that is as long as `width` where the value is the most there is.
    static func bar(_ value: Double, of most: Double, width: Int) -> String {
        guard value.isFinite, most > 0 else { return "" }
        let length = Int((min(1, max(0, value / most)) * Double(width * 8)).rounded())
        let rest = length % 8
        return String(repeating: "█", count: length / 8) + (rest == 0 ? "" : String(eighths[rest]))
    }
}
