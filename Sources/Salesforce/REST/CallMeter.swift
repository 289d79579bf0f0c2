package import Domain

/// Counts calls that the org's allowance pays for, and keeps what the org last said of it.
package actor CallMeter {
    package private(set) var calls = 0
    package private(set) var usage: APIUsage?

    package init() {}

    func count(_ answer: HTTPAnswer) {
        calls += 1
        if let header = answer.headers["sforce-limit-info"], let usage = APIUsage(limitInfo: header) {
            self.usage = usage
        }
    }
}
