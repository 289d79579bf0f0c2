import Domain
import Gateway
import Primitives

/// Single changes of what a data directory holds, as the commands make them.
extension Credentials {
    static func rotate(dataDirectory: String) throws(Fault) -> Credentials {
        try change(in: dataDirectory) { (files) throws(Fault) in try files.rotate() }
    }

    static func createToken(
        named name: String,
        scope: AccessScope,
        now: Timestamp,
        dataDirectory: String
    ) throws(Fault) -> Secret {
        try change(in: dataDirectory) { (files) throws(Fault) in
            try files.createToken(named: name, scope: scope, now: now)
        }
    }

    static func revokeToken(named name: String, dataDirectory: String) throws(Fault) {
        try change(in: dataDirectory) { (files) throws(Fault) in try files.revokeToken(named: name) }
    }
}
