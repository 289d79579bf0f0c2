/// Words query errors with the excerpt and the caret that the API puts in front of them.
enum SOQLError {
    static func unexpected(_ token: String, at offset: Int, in query: String) -> ServiceError {
        malformed(token == "<EOF>" ? "unexpected token: <EOF>" : "unexpected token: '\(token)'", at: offset, in: query)
    }

    static func malformed(_ message: String, at offset: Int, in query: String) -> ServiceError {
        ServiceError(400, "MALFORMED_QUERY", marked(message, at: offset, in: query))
    }

    static func noColumn(_ name: String, on entity: String, at offset: Int, in query: String) -> ServiceError {
        let text =
            "No such column '\(name)' on entity '\(entity)'. If you are attempting to use a custom field, be sure to "
            + "append the '__c' after the custom field name. Please reference your WSDL or the describe call for the "
            + "appropriate names."
        return ServiceError(400, "INVALID_FIELD", marked(text, at: offset, in: query))
    }

    static func noRelationship(_ name: String, in path: String, at offset: Int, query: String) -> ServiceError {
        let text =
            "Didn't understand relationship '\(name)' in field path. If you are attempting to use a custom "
            + "relationship, be sure to append the '__r' after the custom relationship name. Please reference your "
            + "WSDL or the describe call for the appropriate names."
        return ServiceError(400, "INVALID_FIELD", marked(text, at: offset, in: query))
    }

    static func noType(_ name: String, at offset: Int, in query: String) -> ServiceError {
        ServiceError(400, "INVALID_TYPE", marked(ServiceError.unknownType(name).message, at: offset, in: query))
    }

    static func field(_ message: String, at offset: Int, in query: String) -> ServiceError {
        ServiceError(400, "INVALID_FIELD", marked(message, at: offset, in: query))
    }

    /// The message behind an excerpt of the query, a caret under the place, and its row and column from 1.
    private static func marked(_ message: String, at offset: Int, in query: String) -> String {
        let bytes = Array(query.utf8)
        let before = bytes.prefix(offset)
        let row = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lineEnd = bytes[min(offset, bytes.count)...].firstIndex(of: 0x0A) ?? bytes.count
        let column = String(decoding: bytes[lineStart..<min(offset, bytes.count)], as: UTF8.self).count + 1
        // A window of whole words around the place.
        var start = max(lineStart, offset - 24)
        while start > lineStart, start < offset, bytes[start - 1] != 0x20 { start += 1 }
        var end = min(lineEnd, offset + 20)
        while end < lineEnd, bytes[end] != 0x20 { end += 1 }
        let excerpt = String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
        let indent = String(decoding: bytes[start..<max(start, min(offset, bytes.count))], as: UTF8.self).count
        let blanks = String(repeating: " ", count: indent)
        return "\n\(excerpt)\n\(blanks)^\nERROR at Row:\(row):Column:\(column)\n\(message)"
    }
}
