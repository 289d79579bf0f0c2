/// What the user and the environment say about the screen.
package struct TerminalOptions: Sendable {
    package var colorChoice: ColorChoice
    package var environment: [String: String]
    /// Where a terminal description of our own is kept between runs.
    package var cacheFolder: String

    package init(colorChoice: ColorChoice = .auto, environment: [String: String], cacheFolder: String? = nil) {
        self.colorChoice = colorChoice
        self.environment = environment
        let home = environment["HOME"] ?? "/tmp"
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.cache"
        self.cacheFolder = cacheFolder ?? "\(caches)/signalbox"
    }
}
