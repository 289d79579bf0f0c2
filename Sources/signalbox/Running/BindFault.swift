import Domain
import Glibc
import NIOCore

/// Turns what `bind` says into a sentence for the person.
enum BindFault {
    /// The failure to end with; `option` moves the listener elsewhere.
    static func failure(_ error: any Error, address: HostPort, changeWith option: String) -> CommandFailure {
        if error is SocketAddressError.UnknownHost || error is SocketAddressError {
            return CommandFailure(
                "There is no host \u{201C}\(address.host)\u{201D}; choose another address with \(option)."
            )
        }
        let code = (error as? IOError)?.errnoCode ?? 0
        switch code {
        case EADDRINUSE:
            return CommandFailure(
                "Port \(address.port) on \(address.host) is in use by another program; stop that one or choose another with \(option)."
            )
        case EACCES:
            return CommandFailure(
                "Port \(address.port) needs more rights than this user has; choose one above 1023 with \(option)."
            )
        case EADDRNOTAVAIL:
            return CommandFailure("\(address.host) is not an address of this machine; choose another with \(option).")
        default:
            guard code != 0 else { return CommandFailure(ErrorSentence.text(error)) }
            return CommandFailure(
                "Could not listen on \(address) (system error \(code)); choose another with \(option)."
            )
        }
    }
}
