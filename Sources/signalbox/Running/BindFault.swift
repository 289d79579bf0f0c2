import Domain
import Glibc
import NIOCore

/// Turns what `bind` says into a sentence for the person.
enum BindFault {
    /// The failure to end with; `wayOut` says how the listener is moved elsewhere: `choose another with --port`. Where another
    /// option names the host, `otherHost` says so.
    static func failure(
        _ error: any Error,
        address: HostPort,
        wayOut: String,
        otherHost: String? = nil
    ) -> CommandFailure {
        if let error = error as? CommandFailure { return error }
        if error is SocketAddressError.UnknownHost || error is SocketAddressError {
            return CommandFailure("There is no host \u{201C}\(address.host)\u{201D}; \(otherHost ?? wayOut).")
        }
        let code = (error as? IOError)?.errnoCode ?? 0
        switch code {
        case EADDRINUSE:
            return CommandFailure(
                "Port \(address.port) on \(address.host) is in use by another program; stop that one or \(wayOut)."
            )
        case EACCES:
            return CommandFailure(
                "Port \(address.port) needs more rights than this user has, being below 1024; \(wayOut)."
            )
        case EADDRNOTAVAIL:
            return CommandFailure("\(address.host) is not an address of this machine; \(otherHost ?? wayOut).")
        default:
            guard code != 0 else { return CommandFailure(ErrorSentence.text(error)) }
            return CommandFailure(
                "Could not listen on \(address) (system error \(code)); \(wayOut)."
            )
        }
    }
}
