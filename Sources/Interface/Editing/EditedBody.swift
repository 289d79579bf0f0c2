import Domain
import Primitives

/// A notification's body as a person edits it: laid out in lines, and sent as compactly as the original.
struct EditedBody: Sendable, Hashable {
    /// Larger ones are refused by the engine.
    static let longest = 10 * 1024 * 1024

    /// What the editor is given.
    let original: String
    let edited: String
    /// What is sent.
    let bytes: [UInt8]

    enum Reading: Sendable, Hashable {
        case unchanged
        /// One sentence.
        case wrong(String)
        case changed(EditedBody)
    }

    /// The body as lines; as it is, where it is no JSON.
    static func text(of body: [UInt8]) -> String {
        guard let json = try? JSON(parsing: body) else { return String(decoding: body, as: UTF8.self) }
        return json.prettyText + "\n"
    }

    static func read(_ edited: String, of body: [UInt8]) -> Reading {
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: edited) } catch {
            return .wrong("What was edited is no JSON: \(error.position(in: edited.utf8)): \(error.reason).")
        }
        if let former = try? JSON(parsing: body), former == json { return .unchanged }
        let bytes = json.bytes
        guard bytes.count <= longest else {
            return .wrong("What was edited is larger than 10 MiB.")
        }
        return .changed(EditedBody(original: text(of: body), edited: json.prettyText + "\n", bytes: Array(bytes)))
    }

    /// What changed, as lines with their signs.
    var difference: [LineDiff.Line?] {
        func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
        return LineDiff.shortened(LineDiff.lines(from: lines(original), to: lines(edited)))
    }
}
