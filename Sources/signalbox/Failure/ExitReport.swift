import ArgumentParser
import Domain
import EngineAPI
import Logging
import Store

/// The one place where an error becomes a sentence and an exit status.
struct ExitReport {
    let status: Int32
    private let output: String
    private let diagnostics: String

    init(_ error: any Error) {
        switch error {
        case let error as UsageError:
            self.init(status: 2, diagnostics: "signalbox: \(error.message)")
        case let error as CommandFailure:
            self.init(status: 1, diagnostics: "signalbox: \(error.message)")
        case let error as ConfigurationRejected:
            self.init(status: 1, diagnostics: "signalbox: \(error)")
        case let error as ClientError:
            self.init(status: 1, diagnostics: "signalbox: \(error)")
        case let error as StoreError:
            self.init(status: 1, diagnostics: "signalbox: \(error.message)")
        case let error as RefusedCall:
            self.init(status: 1, diagnostics: "signalbox: \(error.message)")
        case let error as StandardStreams.Unwritable:
            self.init(status: 1, diagnostics: "signalbox: \(error)")
        case is StandardStreams.Closed:
            self.init(status: 0)
        default:
            let code = Signalbox.exitCode(for: error)
            let text = Signalbox.fullMessage(for: error)
            switch code {
            case .success: self.init(status: 0, output: text)
            case .validationFailure: self.init(status: 2, diagnostics: Self.sentence(text))
            // A wanted exit says nothing; anything else is of a library, whose words go to the log.
            case _ where text.isEmpty: self.init(status: code.rawValue)
            default:
                if let error = error as? any SentenceError {
                    self.init(status: code.rawValue, diagnostics: "signalbox: \(error.description)")
                } else {
                    Logger.diagnostics(.error).error("Unknown", metadata: ["error": "\(String(reflecting: error))"])
                    self.init(status: code.rawValue, diagnostics: "signalbox: \(ErrorSentence.text(error))")
                }
            }
        }
    }

    /// What the parser says, in one line: its sentence and where help is, without the synopsis between them.
    static func sentence(_ text: String) -> String {
        let lines = text.split(separator: "\n").map(String.init)
        let words = lines.prefix { line in !["Help:", "Usage:", "  See "].contains { line.hasPrefix($0) } }
            .joined(separator: " ")
        var said = words.hasPrefix("Error: ") ? String(words.dropFirst(7)) : words
        if let end = said.last, !".!?".contains(end) { said += "." }
        let help = lines.last { $0.hasPrefix("  See '") }?.split(separator: "'").dropFirst().first
        return "signalbox: \(said)" + (help.map { " See \($0)." } ?? "")
    }

    private init(status: Int32, output: String = "", diagnostics: String = "") {
        self.status = status
        self.output = output
        self.diagnostics = diagnostics
    }

    /// Prints what there is to say and gives the status to end with.
    func finish() -> Int32 {
        if !diagnostics.isEmpty { StandardStreams.printDiagnostic(diagnostics) }
        if !output.isEmpty { try? StandardStreams.printLine(output) }
        return status
    }
}
