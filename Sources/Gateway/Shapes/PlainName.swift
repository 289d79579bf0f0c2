import Domain
import Primitives

/// Names and tags as they may be kept: without HTML and control characters, as the original keeps them.
enum PlainName {
    static let maximumLength = 255
    static let maximumTags = 100

    static func strip(_ text: String) -> String {
        var out = ""
        var tag: Substring = ""
        var isInTag = false
        for character in text {
            if isInTag {
                tag.append(character)
                if character == ">" {
                    isInTag = false
                    tag = ""
                }
            } else if character == "<" {
                isInTag = true
                tag = "<"
            } else if !character.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                out.append(character)
            }
        }
        // A lone "<" is text: nothing closed it.
        return (out + tag).trimmed
    }

    static func name(_ json: JSON) throws(APIError) -> String {
        guard let text = json.string else { throw .badRequest("name must be a text.") }
        let name = strip(text)
        guard !name.isEmpty else { throw .badRequest("name is empty; give the instance a name.") }
        guard name.count <= maximumLength else {
            throw .badRequest("name is longer than \(maximumLength) characters.")
        }
        return name
    }

    static func tags(_ json: JSON) throws(APIError) -> [String] {
        guard let elements = json.array, elements.count <= maximumTags else {
            throw .badRequest("tags must be a list of at most \(maximumTags) texts.")
        }
        var tags: [String] = []
        for element in elements {
            guard let text = element.string, text.count <= maximumLength else {
                throw .badRequest("tags must be texts of at most \(maximumLength) characters.")
            }
            let tag = strip(text)
            if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }
}
