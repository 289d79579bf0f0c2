import Glibc

/// How much room a file system has for this user.
package struct FreeSpace: Sendable, Hashable {
    package let bytes: Int64
    /// Whether files can still be made; some file systems count them not at all.
    package let hasInodes: Bool

    /// Of the file system that a path is on; nil where it does not say.
    package init?(at path: String) {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else { return nil }
        bytes = Self.bytes(blocks: UInt64(facts.f_bavail), each: UInt64(facts.f_frsize))
        hasInodes = facts.f_files == 0 || facts.f_favail > 0
    }

    /// As many as can be told: some file systems in user space report 2^64 - 1 blocks.
    package static func bytes(blocks: UInt64, each size: UInt64) -> Int64 {
        Int64(clamping: blocks.multiplied(saturating: size))
    }
}
