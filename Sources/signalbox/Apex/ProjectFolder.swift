import Domain
import Drawing
import FoundationEssentials
import Glibc
import Primitives

/// A directory that a project is written into.
struct ProjectFolder: Sendable {
    let path: String

    /// - Throws: `UsageError` where something is there that would be written over.
    func check(force: Bool) throws(UsageError) {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
        guard isDirectory else { throw UsageError("\(path) is a file; name a directory.") }
        guard !force else { return }
        guard let content = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw UsageError("\(path) can't be read; name another directory.")
        }
        guard content.isEmpty else {
            throw UsageError(
                "\(path) is not empty; name a new directory, or write over what is there with "
                    + "\u{201C}signalbox apex export --force\u{201D}."
            )
        }
    }

    /// Writes the files; returns where to.
    ///
    /// - Throws: `CommandFailure` with the path that could not be written.
    func write(_ files: [ApexFile]) throws(CommandFailure) -> [String] {
        guard !files.isEmpty else { throw CommandFailure("The instance has no Apex to export.") }
        var written: [String] = []
        for file in files {
            guard !file.path.hasPrefix("/"), !file.path.split(separator: "/").contains("..") else {
                throw CommandFailure("\(file.path.prefix(60)) leads out of the folder; nothing more was written.")
            }
            // Such a name comes from no Signalbox, and whoever lists the folder would show it to a terminal.
            guard DisplayText(file.path).string == file.path else {
                throw CommandFailure("A file's name holds control characters; nothing more was written.")
            }
            let place = path + "/" + file.path
            let parent = place.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw CommandFailure("\(parent) can't be made; check that you may write there.")
            }
            try write(file.content, at: place, mode: file.holdsSecret ? 0o600 : 0o644)
            written.append(place)
        }
        return written
    }

    /// What has to be seen to before an export is of use; nil if nothing.
    static func warning(receiverURL url: String) -> String? {
        guard HTTPAddress.isLoopback(url) else { return nil }
        return "These classes post to \(HTTPAddress.authority(of: url) ?? url), which no org can reach: give "
            + "--receiver-url the receiver's public address (to the signalbox that runs, if one does) and export again."
    }

    /// The mode is there before the content is; a link is not followed to where it leads.
    private func write(_ content: String, at place: String, mode: mode_t) throws(CommandFailure) {
        let descriptor = unsafe open(place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CommandFailure("\(place) can't be written; check that you may write there.")
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0, StandardStreams.write(content, to: descriptor) else {
            throw CommandFailure("\(place) could not be written in full; is the disk full?")
        }
    }
}

extension ApexFile {
    /// As the management API gives it: `{path, content, holdsSecret}`.
    init(_ json: JSON) throws(CommandFailure) {
        guard let path = json["path"]?.string, let content = json["content"]?.string else {
            throw CommandFailure("The management API gave a file that can't be written.")
        }
        self.init(path, content, holdsSecret: json["holdsSecret"]?.bool == true)
    }
}
