import Domain
import EngineAPI

/// A request as a command for a POSIX shell, which sends the very same bytes.
enum CurlCommand {
    static func text(_ request: SignedRequest) -> String {
        let headers = request.headers.map { "-H " + quoted("\($0.name): \($0.value)") }
        // Nothing in the address is a pattern, and nothing in the body names a file.
        let parts =
            ["curl -sS -i --globoff -X POST"] + headers
            + ["--data-raw " + quoted(String(decoding: request.body, as: UTF8.self)), quoted(request.url)]
        return parts.joined(separator: " \\\n  ")
    }

    /// Between single quotes nothing means anything but their end.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
}
