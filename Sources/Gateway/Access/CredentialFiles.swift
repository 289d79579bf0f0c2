package import Domain
package import Primitives

/// What the files of secrets and tokens hold, and what changes that, wherever they are kept.
package struct CredentialFiles: Sendable {
    /// By name.
    package private(set) var bytes: [String: [UInt8]]
    /// For what is said of them.
    private let directory: String

    package init(_ bytes: [String: [UInt8]], of directory: String) {
        self.bytes = bytes
        self.directory = directory
    }

    /// Makes new secrets in place of the two; named tokens stay.
    package mutating func rotate() throws(Credentials.Fault) -> Credentials {
        var fresh = Credentials.fresh()
        fresh.tokens = try tokens
        bytes[Credentials.fileName] = fresh.bytes
        return fresh
    }

    /// Makes a named token; its text is seen this once.
    package mutating func createToken(
        named name: String,
        scope: AccessScope,
        now: Timestamp
    ) throws(Credentials.Fault) -> Secret {
        guard NamedToken.isName(name) else {
            throw Credentials.Fault(
                message: "A token's name is 1 to 64 letters, digits, dots, hyphens and underscores; "
                    + "\u{201C}\(name.prefix(60))\u{201D} is not."
            )
        }
        let known = try tokens
        guard !known.contains(where: { $0.name == name }) else {
            throw Credentials.Fault(
                message: "There is a token \(name) already; revoke it first, or choose another name."
            )
        }
        guard known.count < Credentials.mostTokens else {
            throw Credentials.Fault(
                message: "There are \(Credentials.mostTokens) tokens already; revoke one that nobody needs."
            )
        }
        let text = NamedToken.makeText()
        keep(known + [NamedToken(name: name, scope: scope, created: now, token: text)])
        return text
    }

    package mutating func revokeToken(named name: String) throws(Credentials.Fault) {
        let known = try tokens
        let others = known.filter { $0.name != name }
        guard others.count < known.count else {
            throw Credentials.Fault(
                message: "There is no token \u{201C}\(name.prefix(60))\u{201D}; "
                    + "`signalbox credentials list` shows them."
            )
        }
        keep(others)
    }

    private var tokens: [NamedToken] {
        get throws(Credentials.Fault) {
            try Credentials.tokens(bytes[Credentials.tokensFileName], at: directory + "/" + Credentials.tokensFileName)
        }
    }

    private mutating func keep(_ tokens: [NamedToken]) {
        let json: JSON = ["tokens": .array(tokens.map(\.json))]
        bytes[Credentials.tokensFileName] = json.bytes + [0x0A]
    }
}
