package import Domain
import FoundationEssentials
import Primitives

/// What opens the management API: the two secrets, of which whoever can read their file may do everything, and named tokens.
package struct Credentials: Sendable, Hashable, SecretBearing {
    package let user: Secret
    package let organization: Secret
    package internal(set) var tokens: [NamedToken] = []

    package init(user: String, organization: String, tokens: [NamedToken] = []) {
        self.user = Secret(user)
        self.organization = Secret(organization)
        self.tokens = tokens
    }

    /// Why the secrets can't be had, in one sentence with the way out.
    package struct Fault: SentenceError, Sendable, Hashable {
        package let message: String

        package var description: String { message }
    }

    package static let fileName = "credentials.json"
    package static let tokensFileName = "tokens.json"
    /// More than anybody keeps apart.
    package static let mostTokens = 100

    /// Reads `<dataDirectory>/credentials.json`, or makes it (mode 0600, 192 random bits each) at the first start, and
    /// `tokens.json` beside it if there is one.
    ///
    /// Rights that let others read the files are taken away.
    package static func load(dataDirectory: String) throws(Fault) -> Credentials {
        let path = dataDirectory + "/" + fileName
        switch FilePresence(of: path) {
        case .there: break
        case .missing:
            try makeDirectory(dataDirectory)
            try SecretFile.write(fresh().bytes, to: path, replaces: false)
        case .unknown(let code):
            throw Fault(
                message: "The secrets in \(path) can't be read (\(FilePresence.reason(code))); run this as their owner."
            )
        }
        var credentials = try secrets(path)
        credentials.tokens = try readTokens(dataDirectory + "/" + tokensFileName)
        return credentials
    }

    // MARK: Changes

    /// Changes what the files of a data directory hold, while nobody else does.
    package static func change<Value>(
        in directory: String,
        _ work: (inout CredentialFiles) throws(Fault) -> Value
    ) throws(Fault) -> Value {
        try makeDirectory(directory)
        return try SecretFile.exclusively(in: directory) { () throws(Fault) in
            var files = CredentialFiles(try read(directory), of: directory)
            let value = try work(&files)
            try write(files.bytes, to: directory)
            return value
        }
    }

    // MARK: Copies

    /// The files of a data directory as they are, by name, for whoever keeps them elsewhere as well.
    ///
    /// - Throws: `Fault` where one can't be read, or does not say what it should.
    package static func files(in dataDirectory: String) throws(Fault) -> [String: [UInt8]] {
        try makeDirectory(dataDirectory)
        return try SecretFile.exclusively(in: dataDirectory) { () throws(Fault) in
            _ = try load(dataDirectory: dataDirectory)
            return try read(dataDirectory)
        }
    }

    /// Makes a data directory's files those that `files` gave elsewhere. What is the same is not written.
    package static func install(_ files: [String: [UInt8]], in dataDirectory: String) throws(Fault) {
        try makeDirectory(dataDirectory)
        try SecretFile.exclusively(in: dataDirectory) { () throws(Fault) in try write(files, to: dataDirectory) }
    }

    // MARK: Parts

    private static func read(_ directory: String) throws(Fault) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        // Whoever needs them has read them; a rotation makes them anew.
        files[fileName] = try? SecretFile.read(directory + "/" + fileName)
        let tokens = directory + "/" + tokensFileName
        do throws(OwnedFile.Fault) { files[tokensFileName] = try SecretFile.read(tokens) } catch {
            throw Fault(message: "\(tokens) \(error.clause); make the file yours.")
        }
        return files
    }

    private static func write(_ files: [String: [UInt8]], to directory: String) throws(Fault) {
        for name in [fileName, tokensFileName] {
            let path = directory + "/" + name
            guard let bytes = files[name] else {
                // Tokens may be none; without secrets nobody could come in.
                if name == tokensFileName { try SecretFile.remove(path) }
                continue
            }
            if let known = try? SecretFile.read(path), known == bytes { continue }
            try SecretFile.write(bytes, to: path, replaces: true)
        }
    }

    private static func makeDirectory(_ directory: String) throws(Fault) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Fault(message: "The data directory \(directory) can't be made; choose another with --data-dir.")
        }
    }

    // MARK: Files

    private static func secrets(_ path: String) throws(Fault) -> Credentials {
        let bytes: [UInt8]
        do throws(OwnedFile.Fault) { bytes = try SecretFile.read(path) ?? [] } catch {
            throw Fault(
                message: "The secrets' file \(path) \(error.clause); make it yours, or remove it to get new ones."
            )
        }
        guard let json = try? JSON(parsing: bytes), let user = secret(json["user"]),
            let organization = secret(json["organization"])
        else {
            throw Fault(
                message:
                    "\(path) is not {\"user\": \"…\", \"organization\": \"…\"} with secrets of at least 16 letters, digits or signs, without blanks and commas; mend it, or remove it to get new ones."
            )
        }
        return Credentials(user: user, organization: organization)
    }

    /// None where there is no file. One that can't be understood opens nothing, rather than what it may have said before.
    private static func readTokens(_ path: String) throws(Fault) -> [NamedToken] {
        let bytes: [UInt8]?
        do throws(OwnedFile.Fault) { bytes = try SecretFile.read(path) } catch {
            throw Fault(message: "The tokens' file \(path) \(error.clause); make it yours, or remove it.")
        }
        return try tokens(bytes, at: path)
    }

    static func tokens(_ bytes: [UInt8]?, at path: String) throws(Fault) -> [NamedToken] {
        guard let bytes else { return [] }
        let items = bytes.count <= 1 << 20 ? (try? JSON(parsing: bytes))?["tokens"]?.array : nil
        let tokens = items?.compactMap { NamedToken($0) }
        guard let items, let tokens, tokens.count == items.count else {
            throw Fault(message: "\(path) is no list of tokens; remove it, and make the tokens anew.")
        }
        return tokens
    }

    /// A secret that an `Authorization` header can carry, without what came with it out of an editor or a clipboard.
    private static func secret(_ json: JSON?) -> String? {
        guard let text = json?.string.map({ PastedText.cleaned($0, unquoting: true) }), text.utf8.count >= 16,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
        else { return nil }
        return text
    }

    static func fresh() -> Credentials {
        Credentials(user: RandomToken.make(bytes: 24), organization: RandomToken.make(bytes: 24))
    }

    var bytes: [UInt8] {
        let json: JSON = ["user": .string(user.exposed), "organization": .string(organization.exposed)]
        return json.bytes + [0x0A]
    }
}
