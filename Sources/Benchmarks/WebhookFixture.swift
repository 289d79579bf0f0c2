import Domain
import Engine
import EngineAPI
import Primitives

/// Signed webhook bodies of one kilobyte, each about another record.
struct WebhookFixture: Sendable {
    /// Of an instance that was never connected, any one will do.
    static let organization = "00D000000000001EAA"

    let path: String
    let secret: String
    var organization = Self.organization

    static let stamp = Timestamp(seconds: 1_790_000_000)

    static func recordID(_ index: Int) -> String {
        let digits = String(index, radix: 36)
        let body = "001" + String(repeating: "0", count: 12 - digits.count) + digits
        return SalesforceID(body)?.text ?? body
    }

    /// When the org stamped the record: as many changes a second as are taken here.
    private static func stamp(_ index: Int) -> Timestamp { stamp.advanced(bySeconds: Int64(index / 5000)) }

    /// Which record a body of one carries; nil where it is none of these.
    static func index(in body: [UInt8]) -> Int? {
        guard let name = body.firstRange(of: Array("Company ".utf8)) else { return nil }
        let digits = body[name.upperBound...].prefix { (0x30...0x39).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    static func record(_ index: Int) -> String {
        let stamp = stamp(index)
        let fixed =
            #"{"attributes":{"type":"Account"},"Id":"\#(recordID(index))","Name":"Company \#(index)","Phone":"+49 30 555 \#(index)","#
            + #""Industry":"Manufacturing","AnnualRevenue":1250000.50,"NumberOfEmployees":120,"IsDeleted":false,"#
            + #""CreatedDate":"2026-01-05T08:00:00.000+0000","LastModifiedDate":"\#(stamp.salesforce)","SystemModstamp":"\#(stamp.salesforce)","#
            + #""Description":""#
        return fixed + String(repeating: "x", count: max(0, 880 - fixed.utf8.count)) + #""}"#
    }

    static func body(_ index: Int, organization: String = organization) -> [UInt8] {
        let head =
            #"{"operation":"update","object":"Account","organizationId":"\#(organization)","userId":"005000000000001AAA","#
        return Array((head + #""records":[\#(record(index))],"previous":null}"#).utf8)
    }

    /// The same, for an engine in this process.
    func webhook(_ index: Int, now: Timestamp) -> ReceivedWebhook {
        let body = Self.body(index)
        let id = "msg_\(index)"
        return ReceivedWebhook(
            id: id,
            timestamp: String(now.seconds),
            signature: StandardWebhooks(secret: Secret(secret))?.signature(id: id, timestamp: now.seconds, body: body),
            body: body
        )
    }

    func request(_ index: Int, host: String, now: Timestamp) -> LoadRequest {
        let body = Self.body(index, organization: organization)
        let id = "msg_\(index)"
        var headers = [("Content-Type", "application/json")]
        if let signer = StandardWebhooks(secret: Secret(secret)) {
            headers += [
                (ReceivedWebhook.idHeader, id), (ReceivedWebhook.timestampHeader, String(now.seconds)),
                (
                    ReceivedWebhook.signatureHeader,
                    signer.signature(id: id, timestamp: now.seconds, body: body)
                ),
            ]
        }
        return LoadRequest(path: path, host: host, headers: headers, body: body)
    }
}
