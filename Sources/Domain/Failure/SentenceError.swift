import Primitives

/// An error of ours, whose description is a sentence for a person.
///
/// Whatever else is thrown comes from a library and speaks to programmers: its words go to the log and nowhere else.
package protocol SentenceError: Error, CustomStringConvertible {}

extension ConfigurationRejected: SentenceError {}
extension JSONError: SentenceError {}

/// The words for an error inside a sentence.
package enum ErrorSentence {
    /// What an error says if it is one of ours; else that nobody knows it, as its own words would tell a person nothing.
    package static func text(_ error: any Error) -> String {
        switch error {
        case let error as any SentenceError: error.description
        case is CancellationError: "It was stopped before it was done."
        default: "An unknown error; the log has it in full."
        }
    }
}
