/// Splits a multipart/form-data body into its parts.
enum MultipartBody {
    struct Part: Sendable {
        /// Headers by lower-case name.
        let headers: [String: String]
        let content: [UInt8]
    }

    static func parts(_ body: [UInt8], contentType: String) -> [Part]? {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let range = contentType.firstRange(of: "boundary=")
        else { return nil }
        let boundary = contentType[range.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        let delimiter = Array("--\(boundary)".utf8)
        guard !boundary.isEmpty else { return nil }
        var starts: [Int] = []
        var position = 0
        while let found = find(delimiter, in: body, from: position) {
            starts.append(found)
            position = found + delimiter.count
        }
        guard starts.count >= 2 else { return nil }
        return zip(starts, starts.dropFirst()).compactMap { start, end in
            part(body[start + delimiter.count..<end])
        }
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        guard let split = find(Array("\r\n\r\n".utf8), in: Array(bytes), from: 0) else { return nil }
        let whole = Array(bytes)
        var headers: [String: String] = [:]
        for line in String(decoding: whole[..<split], as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        var content = Array(whole[(split + 4)...])
        if content.suffix(2) == [0x0D, 0x0A] { content.removeLast(2) }
        return Part(headers: headers, content: content)
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var position = start
        while position + needle.count <= bytes.count {
            guard let candidate = bytes[position...].firstIndex(of: first), candidate + needle.count <= bytes.count
            else {
                return nil
            }
            if bytes[candidate..<candidate + needle.count].elementsEqual(needle) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}
