#if PostgreSQL
import Domain
import Logging
import Store

extension StoreError {
    /// The sentence for whatever a call threw; the server's own words go into the log.
    init(postgres error: any Error, _ address: PostgresAddress, _ logger: Logger) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let fault = error as? PostgresFault else {
            self.init(.other, ErrorSentence.text(error))
            return
        }
        logger.debug("PostgreSQL refused", metadata: ["state": "\(fault.state)", "error": "\(fault.message)"])
        self.init(fault, location: address.location)
    }

    init(_ fault: PostgresFault, location: String) {
        let why = fault.reason.isEmpty ? "" : " (\(fault.reason))"
        switch fault.state {
        case "53100":
            self.init(
                .diskFull,
                "The disk of PostgreSQL at \(location) is full: free some space there; nothing acknowledged was lost."
            )
        case "28000", "28P01":
            self.init(
                .unreadable,
                "PostgreSQL at \(location) refuses the login; check user and password of --store, and the server's pg_hba.conf."
            )
        case "3D000":
            self.init(
                .unreadable,
                "PostgreSQL has no database \(location); make it: createdb --encoding=UTF8 --template=template0 NAME"
            )
        case "42501":
            self.init(
                .unreadable,
                "The user of --store may not write in \(location); let it own the database: ALTER DATABASE … OWNER TO …"
            )
        case "25006":
            self.init(
                .unreadable,
                "PostgreSQL at \(location) lets nothing be written: it is a copy, so name the server that is written to, or all of "
                    + "them; or default_transaction_read_only is on for the user or the database."
            )
        case "53300":
            self.init(
                .other,
                "PostgreSQL at \(location) takes no more connections (\(fault.reason)); a node needs "
                    + "\(PostgresStore.connections), and each command one more: raise max_connections, or the limit of the role."
            )
        case PostgresFault.ofOption:
            self.init(
                .unreadable,
                "The address of --store names what PostgreSQL's client can't use (\(fault.reason)); correct it."
            )
        case "SSL":
            self.init(
                .unreadable,
                "No TLS comes about with PostgreSQL at \(location)\(why); check sslmode and sslrootcert of --store."
            )
        case "XX001", "XX002":
            self.init(
                .corrupt,
                "PostgreSQL at \(location) found the database damaged (\(fault.state)); restore a backup with its own tools."
            )
        case "":
            self.init(
                .other,
                "PostgreSQL at \(location) can't be reached\(why); see that it runs and listens there, then try again."
            )
        default:
            let what = fault.mayPass ? "doesn't serve at the moment" : "failed"
            self.init(
                fault.isOfContent ? .invalid : .other,
                "PostgreSQL at \(location) \(what) (SQLSTATE \(fault.state)); look into its log, and the one here at debug."
            )
        }
    }
}
#endif
