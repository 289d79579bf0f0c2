import Domain
import Drawing

extension DashboardContext {
    /// `in /home/ada`: where a path that is typed leads; nil where it says that itself, or where it is not known.
    func directory(of path: String, columns: Int) -> DisplayText? {
        let path = path.trimmed
        guard let directory = settings.directory, !path.hasPrefix("/"), path != "~", !path.hasPrefix("~/") else {
            return nil
        }
        // Its end says most of it.
        let end = DisplayText(directory, limit: 4096).truncated(to: max(8, columns - 3), .start, mark: glyphs.ellipsis)
        return "in " + end
    }
}
