/// Bounds of what a callback or a record can make the screen prepare.
enum DetailLimits {
    static let attempts = 50
    static let lines = 2000
    /// Of one value.
    static let columns = 2000
}
