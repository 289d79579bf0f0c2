/// What a connector that reads a fixed span before its bookmark again downloads in an hour, computed: each sync takes the
/// rows since the last one and those of the span, a query an object, 2,000 rows to a call.
struct Lookback {
    /// Seconds that are read again. Airbyte's Salesforce source takes ten minutes, Singer's tap-salesforce what is set as its
    /// `lookback_window`, for which its documentation has ten seconds as an example; rows become visible up to ten minutes
    /// after their stamp.
    static let airbyte = Lookback(seconds: 600)
    static let singer = Lookback(seconds: 10)
    private static let page = 2000.0

    let seconds: Int

    func rows(changes: Int, minutes: Int) -> Double {
        Double(changes) * Double(minutes * 60 + seconds) / Double(minutes * 60)
    }

    func calls(changes: Int, minutes: Int, objects: Int) -> Double {
        let syncs = 60 / Double(minutes)
        let rows = rows(changes: changes, minutes: minutes) / syncs / Double(objects)
        return syncs * Double(objects) * max(1, (rows / Self.page).rounded(.up))
    }
}
