import FoundationEssentials
import Primitives
import SimulatedOrg

extension OrgClient {
    /// Deploys files and looks until it is done; nil as the level leaves it to the org.
    func deploy(_ files: [(String, String)], tests: [String], level: String? = "RunSpecifiedTests") async -> JSON {
        var options: [JSON.Member] = [.init("runTests", .array(tests.map { .string($0) }))]
        if let level { options.append(.init("testLevel", .string(level))) }
        let started = await startDeployment(files, options: .object(options))
        guard let id = started.json?["id"]?.string else { return started.json ?? .null }
        for _ in 0..<10 {
            let result = await get("metadata/deployRequest/\(id)?includeDetails=true")["deployResult"] ?? .null
            if result["done"] == true { return result }
        }
        return .null
    }

    func startDeployment(_ files: [(String, String)], options: JSON) async -> SimulatedResponse {
        await startDeployment(zip: SampleZip(stored: files).bytes, options: options)
    }

    func startDeployment(zip: [UInt8], options: JSON = [:]) async -> SimulatedResponse {
        let json: JSON = ["deployOptions": options]
        var body = Array(
            "--B\r\nContent-Disposition: form-data; name=\"json\"\r\nContent-Type: application/json\r\n\r\n".utf8
        )
        body += json.bytes
        body += Array("\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"deploy.zip\"\r\n".utf8)
        body += Array("Content-Type: application/zip\r\n\r\n".utf8)
        body += zip
        body += Array("\r\n--B--\r\n".utf8)
        let headers = ["Authorization": "Bearer \(token)", "Content-Type": "multipart/form-data; boundary=B"]
        let target = "/services/data/v67.0/metadata/deployRequest"
        return await org.respond(to: SimulatedRequest("POST", target, headers: headers, body: body))
    }
}

extension Vectors {
    static var zipBytes: [UInt8]? { Data(base64Encoded: zip).map { Array($0) } }
}
