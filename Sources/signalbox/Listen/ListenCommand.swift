import ArgumentParser
import Domain
import Drawing
import Glibc
import Logging
import Primitives
import ServiceLifecycle

/// `signalbox listen`.
struct ListenCommand: ParsableCommand {
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case json
        case raw
    }

    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "A callback endpoint that verifies and prints notifications.",
        discussion: """
            Prints one JSON line for each notification on standard output: eventId, eventType, objectType, objectId, \
            attempt, replay, whether each signature is valid, invalid, stale, absent or unchecked, headers and body. With --key, a notification without \
            a valid signature is answered with 401, and its line gives the reason under refusal. The address to use as callback URL goes to standard error. Ctrl-C ends it.

            Example: signalbox listen --port 9000 --key MySecret | jq '{eventId, eventType, signature}'
            """
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("Port; 0 for any free one.", valueName: "n"))
    var port = 9000

    @Option(help: ArgumentHelp("Address to listen on; 0.0.0.0 for all.", valueName: "address"))
    var host = "127.0.0.1"

    // A key may begin with a dash.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The instance's Callback Notification Signature Key, to verify with.", valueName: "key")
    )
    var key = ""

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("HTTP status to answer with, to test retries.", valueName: "code")
    )
    var status = 200

    @Option(parsing: .unconditional, help: ArgumentHelp("Milliseconds to wait before answering.", valueName: "ms"))
    var delay = 0

    @Option(help: "json: a line for each notification; raw: its body alone.")
    var output = Output.json

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        guard (200...599).contains(status) else { throw ValidationError("--status is an HTTP status from 200 to 599.") }
        guard (0...600_000).contains(delay) else { throw ValidationError("--delay is 0 to 600000 milliseconds.") }
        let given = key
        let key = PastedText.signatureKey(given)
        // Cleaned to nothing it would be no key, and nothing would be checked.
        guard given.isEmpty || !key.isEmpty else {
            throw ValidationError("--key is blank; give the instance's key, or leave --key out to check nothing.")
        }
        if let clause = PastedText.signatureKeyFault(key) ?? PastedText.signingSecretFault(key) {
            throw ValidationError("--key \(clause).")
        }
    }

    func run() throws {
        let address = HostPort(host: host, port: port)
        let check = SignatureCheck(key: Secret(PastedText.signatureKey(key)))
        let status = status
        let output = output
        let listener = CallbackListener(
            address: address,
            delay: .milliseconds(delay),
            logger: Logger.diagnostics(.error),
            now: Timestamp.now,
            onRunning: { bound in
                StandardStreams.printDiagnostic("Listening on \(bound.url) (use it as callback URL; Ctrl-C ends it).")
            },
            receive: { notification in
                let refusal = check.refusal(of: notification)
                let answer = ListenerAnswer(status: refusal == nil ? status : 401, refusal: refusal)
                if output == .raw, let refusal { StandardStreams.printDiagnostic("Refused with 401: \(refusal)") }
                let line =
                    output == .raw
                    ? Self.raw(notification.body) : notification.report(check: check, answer: answer).line
                do {
                    try StandardStreams.printLine(line)
                } catch {
                    // Nobody would see the next one either.
                    Glibc.exit(ExitReport(error).finish())
                }
                return answer
            }
        )
        try waiting {
            try await ServiceGroup.run(
                untilSignal: ListeningService(
                    server: listener.service(),
                    address: address,
                    wayOut: "choose another with --port",
                    otherHost: "choose another with --host"
                )
            )
        }
    }

    /// The exact body, but for a terminal, which it must not steer.
    private static func raw(_ body: [UInt8]) -> String {
        guard StandardStreams.isTerminal(STDOUT_FILENO) else { return String(decoding: body, as: UTF8.self) }
        return DisplayText(utf8: body, limit: 1 << 20).string
    }
}
