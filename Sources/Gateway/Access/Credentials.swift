package import Domain
import FoundationEssentials
import Glibc
import Primitives

/// The two secrets of the management API; whoever can read the file may do everything.
package struct Credentials: Sendable, Hashable, SecretBearing {
    package let user: Secret
    package let organization: Secret

    package init(user: String, organization: String) {
        self.user = Secret(user)
        self.organization = Secret(organization)
    }

    /// Why the secrets can't be had, in one sentence with the way out.
    package struct Fault: SentenceError, Sendable, Hashable {
        package let message: String

        package var description: String { message }
    }

    package static let fileName = "credentials.json"

    /// Reads `<dataDirectory>/credentials.json`, or makes it (mode 0600, 192 random bits each) at the first start.
    ///
    /// Rights that let others read the file are taken away.
    package static func load(dataDirectory: String) throws(Fault) -> Credentials {
        let path = dataDirectory + "/" + fileName
        if !FileManager.default.fileExists(atPath: path) { try create(at: path, in: dataDirectory) }
        return try read(path)
    }

    private static func create(at path: String, in directory: String) throws(Fault) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Fault(message: "The data directory \(directory) can't be made; choose another with --data-dir.")
        }
        let fresh = Credentials(user: RandomToken.make(bytes: 24), organization: RandomToken.make(bytes: 24))
        // Written beside its place and linked into it: nobody reads half a file, and of two first starts one wins.
        let draft = path + "." + RandomToken.make(bytes: 6)
        let file = unsafe open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Fault(
                message:
                    "The secrets can't be written to \(directory) (\(reason(errno))); choose another with --data-dir."
            )
        }
        let bytes = fresh.json.bytes + [0x0A]
        let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        let isDurable = written == bytes.count && fsync(file) == 0
        let fault = errno
        close(file)
        defer { _ = unsafe unlink(draft) }
        guard isDurable else {
            throw Fault(
                message:
                    "The secrets can't be written to \(path) (\(reason(fault))); make room or choose another --data-dir."
            )
        }
        if unsafe link(draft, path) != 0, errno != EEXIST {
            throw Fault(
                message: "The secrets can't be written to \(path) (\(reason(errno))); choose another --data-dir."
            )
        }
    }

    private static func read(_ path: String) throws(Fault) -> Credentials {
        let data: Data
        do {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            if (mode ?? 0o777) & 0o077 != 0 {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            }
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Fault(
                message: "The secrets in \(path) can't be read; make the file yours, or remove it to get new ones."
            )
        }
        guard data.count <= 65_536, let json = try? JSON(parsing: data), let user = secret(json["user"]),
            let organization = secret(json["organization"])
        else {
            throw Fault(
                message:
                    "\(path) is not {\"user\": \"…\", \"organization\": \"…\"} with secrets of at least 16 letters, digits or signs, without blanks and commas; mend it, or remove it to get new ones."
            )
        }
        return Credentials(user: user, organization: organization)
    }

    /// A secret that an `Authorization` header can carry, without what came with it out of an editor or a clipboard.
    private static func secret(_ json: JSON?) -> String? {
        guard let text = json?.string.map({ PastedText.cleaned($0, unquoting: true) }), text.utf8.count >= 16,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
        else { return nil }
        return text
    }

    private var json: JSON { ["user": .string(user.exposed), "organization": .string(organization.exposed)] }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
