import FoundationEssentials
import SimulatedOrg

extension OrgClient {
    /// Deploys files and looks until it is done.
    func deploy(_ files: [(String, String)], tests: [String], level: String = "RunSpecifiedTests") async -> JSON {
        let options: JSON = ["testLevel": .string(level), "runTests": .array(tests.map { .string($0) })]
        let started = await startDeployment(files, options: options)
        guard let id = started.json?["id"]?.text else { return started.json ?? .null }
        for _ in 0..<10 {
            let result = await get("metadata/deployRequest/\(id)?includeDetails=true")["deployResult"] ?? .null
            if result["done"] == true { return result }
        }
        return .null
    }

    func startDeployment(_ files: [(String, String)], options: JSON) async -> SimulatedResponse {
        let json: JSON = ["deployOptions": options]
        var body = Array(
            "--B\r\nContent-Disposition: form-data; name=\"json\"\r\nContent-Type: application/json\r\n\r\n".utf8
        )
        body += json.bytes
        body += Array("\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"deploy.zip\"\r\n".utf8)
        body += Array("Content-Type: application/zip\r\n\r\n".utf8)
        body += storedZip(files)
        body += Array("\r\n--B--\r\n".utf8)
        let headers = ["Authorization": "Bearer \(token)", "Content-Type": "multipart/form-data; boundary=B"]
        let target = "/services/data/v67.0/metadata/deployRequest"
        return await org.respond(to: SimulatedRequest("POST", target, headers: headers, body: body))
    }
}

/// A zip whose entries aren't compressed.
private func storedZip(_ files: [(String, String)]) -> [UInt8] {
    func number(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var output: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in files {
        let (name, content) = (Array(name.utf8), Array(content.utf8))
        let sizes = number(content.count, 4) + number(content.count, 4) + number(name.count, 2) + number(0, 2)
        let common = number(20, 2) + number(0, 8) + number(Int(crc32(content)), 4) + sizes
        directory += number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 10) + number(output.count, 4) + name
        output += number(0x0403_4B50, 4) + common + name + content
    }
    let end = number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
    return output + directory + end + number(directory.count, 4) + number(output.count, 4) + number(0, 2)
}

/// CRC-32 as zips use it, bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
}

extension Vectors {
    static var zipBytes: [UInt8]? { Data(base64Encoded: zip).map { Array($0) } }
}
