/// `Sforce-Limit-Info: api-usage=18/5000`.
package struct APIUsage: Sendable, Hashable {
    package var used: Int
    package var allowed: Int

    package init(used: Int, allowed: Int) {
        self.used = used
        self.allowed = allowed
    }
}
