package import Domain

/// Which events go into which file.
package struct ExportOrder: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case ndjson
        case csv
        case har
    }

    /// Tells one export from the next.
    package let number: Int
    /// With the instance.
    package let filter: EventFilter
    package let format: Format
    /// As it was typed; `~` is the home directory.
    package let path: String
    /// Whether a file that is there already is taken the place of.
    package let mayReplace: Bool

    package init(number: Int, filter: EventFilter, format: Format, path: String, mayReplace: Bool) {
        self.number = number
        self.filter = filter
        self.format = format
        self.path = path
        self.mayReplace = mayReplace
    }
}

/// How an export ended.
package enum ExportEnding: Sendable, Hashable {
    /// The whole path of the file, and how many events are in it.
    case done(path: String, events: Int64)
    /// There is such a file already; nothing was written.
    case exists(path: String)
    case cancelled
    /// One sentence; the file is as it was before.
    case failed(String)
}
