/// One file of an Apex package or project.
package struct ApexFile: Sendable, Hashable {
    package let path: String
    package let content: String
    /// Whether only its owner may read it.
    package var holdsSecret: Bool

    package init(_ path: String, _ content: String, holdsSecret: Bool = false) {
        self.path = path
        self.content = content
        self.holdsSecret = holdsSecret
    }
}
