#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A terminal description of our own: the user's, but with 24-bit colours.
///
/// ncurses sends such colours only if the description says so, and Debian's base set has none that does. So we write
/// one that uses the user's and let `tic` compile it once into the cache. Numbers below 256 stay palette colours.
struct DirectColor {
    let name: String
    let folder: String

    /// Nil for names that no terminal description can have.
    init?(term: String, cacheFolder: String) {
        let isPlain = term.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard isPlain, !term.isEmpty, term.utf8.count < 64 else { return nil }
        name = "signalbox1-\(term)"
        folder = cacheFolder + "/terminfo"
        self.term = term
    }

    private let term: String

    var source: String {
        let color = { (basic: String, bright: String, other: String) in
            #"\E[%?%p1%{8}%<%t"# + basic + #"%p1%d%e%p1%{16}%<%t"# + bright + #"%p1%{8}%-%d%e%p1%{256}%<%t"# + other
                + #";5;%p1%d%e"# + other + #";2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"#
        }
        return """
            \(name)|\(term) with direct colours for signalbox,
            \tRGB, ccc@, initc@, oc@, setb@, setf@, op=\\E[39;49m,
            \tcolors#0x1000000, pairs#0x10000,
            \tsetaf=\(color("3", "9", "38")),
            \tsetab=\(color("4", "10", "48")),
            \tuse=\(term),

            """
    }

    /// Compiles the description unless that was done before; false if it can't be.
    func prepare() -> Bool {
        let files = FileManager.default
        let first = name.prefix(1)
        if files.fileExists(atPath: "\(folder)/\(first)/\(name)") { return true }
        let draft = "\(folder)/\(name).\(ProcessInfo.processInfo.processIdentifier).ti"
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(source.utf8).write(to: URL(filePath: draft))
        } catch {
            return false
        }
        defer { try? files.removeItem(atPath: draft) }
        // A local compiler that takes milliseconds; without its work colours are approximated.
        return OtherProgram.run(["tic", "-x", "-o", folder, draft], milliseconds: 2000) == .ended(status: 0)
            && files.fileExists(atPath: "\(folder)/\(first)/\(name)")
    }
}
