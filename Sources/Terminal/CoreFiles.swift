import CTerminal

/// What a crash leaves on the disk: the memory of the process, with every secret in clear.
package enum CoreFiles {
    /// None from now on, of this process; other users can't look into its memory any more either.
    package static func forbid() { cterminal_forbid_core_files() }
}
