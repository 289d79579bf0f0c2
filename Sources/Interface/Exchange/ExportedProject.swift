/// An Apex project that was written.
package struct ExportedProject: Sendable, Hashable {
    package let folder: String
    package let files: Int
    /// What has to be seen to before it is of use.
    package let warning: String?

    package init(folder: String, files: Int, warning: String?) {
        self.folder = folder
        self.files = files
        self.warning = warning
    }
}
