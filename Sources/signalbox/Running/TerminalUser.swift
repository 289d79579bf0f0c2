import Domain
import Glibc

/// Whoever sits at the terminal, as the system knows them: named in the audit trail.
enum TerminalUser {
    /// The login name; the number where the system has no name for it.
    static let name: String = {
        let id = geteuid()
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let status = unsafe getpwuid_r(id, &entry, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil, let name = unsafe entry.pw_name else { return String(id) }
        return Actor.cleaned(unsafe String(cString: name)) ?? String(id)
    }()

    /// How the audit trail names what comes from here.
    static let actor = "terminal \(name)"
}
