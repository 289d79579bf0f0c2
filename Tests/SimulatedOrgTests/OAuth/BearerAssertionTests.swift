import Primitives
import Testing

@testable import SimulatedOrg

struct BearerAssertionTests {
    /// Keys that didn't sign, or can't sign; the last has 1,024 bits.
    private static let otherKeys = [
        "", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "Vogel",
        """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwcVEw8NfdZA4yUffSFlW
        pwgOJuKGjU0mg1cfUGs89RYz8FWw8uxY6ZJKVKo8BQuwOcUxxiir5iizNHK8sFTK
        kR+svTDls+9VqK02s+U4bw3eGtxUqBfoKzsfuej9YRWSqWXmXLL5LV41O5S2NjQs
        lwM49MyLDoAvMnpEx7c4OfSYYRci7rlDVHfH7V0JeT7/LoZK0udqyytU9onBiBWc
        DYBktGzy0OvmmvqyXmmcuhuYrnsUqIweU1iUP5qKlkecJZRPY12skKRPn5p5/vzt
        ydAg0bLQ5o7TCEMPaq1vjAjjc+BHXBIIbxffAWPKyOr08Snl6tp+ssiKkWkxt6C+
        HQIDAQAB
        -----END PUBLIC KEY-----
        """,
        """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDe3qb+FRgoLlYfIoDUTCka430o
        GhBbCM3GazZP6ATIZsGRpKPxnVS8w6zWlWDQ/85vSaVROVrK1vgjKa1rguANjpv3
        0vy3C8BJTyOswT4w8tUF4YlkFo0jpaFRdlSk+X5m+CtV4XrN39REO8+Kn21T/faE
        6bICDmmxUev+m3TWxQIDAQAB
        -----END PUBLIC KEY-----
        """,
    ]

    private func refusal(
        _ assertion: String?,
        key: String? = Vectors.publicKey,
        now: Stamp = 1_795_456_800
    ) -> String? {
        var configuration = SimulatedOrgConfiguration()
        configuration.jwtPublicKey = key
        let check = BearerAssertion(configuration: configuration, instanceURL: "http://org.example", now: now)
        do {
            try check.check(assertion)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `An assertion of the key holds for its time`() {
        #expect(refusal(Vectors.assertion) == nil)
        #expect(refusal(Vectors.assertion, now: 1_795_456_800 + 179) == nil)
        #expect(refusal(Vectors.assertion, now: 1_795_456_800 + 180) == "assertion expired")
        #expect(refusal(Vectors.assertion, now: 1_795_456_800 - 421) == "assertion expired")
        #expect(refusal(nil) == "assertion is missing")
    }

    @Test func `Both spellings of a key's PEM are read`() throws {
        let bare = """
            -----BEGIN RSA PUBLIC KEY-----
            MIIBCgKCAQEA9lWQShtGAXawLDeKLYQwcHCzfq3HSPoS2FUYgCOCPvs6IOE8I5GV
            B5JEM0QU80FQ0Yjsch6l1iNKX6s2Nb8Jn/9/fFcb+ceqNijYGFeH0kHE8ddAISCx
            jPGJNZd3y8HfC/eDmrzqFNVFei3i5habh33Ry93GBJG/qBOnnzXoVuZebN5ZnZNO
            giZ4AfgP3bcRYPEEMWACeQv9obKOypfZMwDq4sAr/9qefrfaMybER31ig2Rsjv8M
            6qnBEbOrwJz4HAe2cTJaxlfPOSx4jNyFMo6K4ZonZ22eHoWC0zHF7t59WjJe54yq
            ddWec22W4o+r/+2/+fSPNA9JSbLXSkvpEQIDAQAB
            -----END RSA PUBLIC KEY-----
            """
        #expect(refusal(Vectors.assertion, key: bare) == nil)
    }

    @Test(arguments: otherKeys.indices)
    func `Any other key refuses it`(index: Int) {
        #expect(refusal(Vectors.assertion, key: Self.otherKeys[index]) == "invalid assertion")
    }

    @Test func `Each part is signed`() {
        let assertion = Array(Vectors.assertion)
        for position in stride(from: 0, to: assertion.count, by: 17) where assertion[position] != "." {
            var changed = assertion
            changed[position] = changed[position] == "A" ? "B" : "A"
            #expect(refusal(String(changed)) != nil, "character \(position)")
        }
        #expect(refusal(assertion.prefix(40).map { String($0) }.joined()) == "invalid assertion")
        #expect(refusal(String(assertion) + ".") == "invalid assertion")
        // Without a key the claims alone are checked.
        #expect(refusal(Vectors.assertion.dropLast(4) + "AAAA", key: nil) == nil)
    }

    @Test(arguments: [
        (#"{"alg":"none"}"#, "{}", "invalid assertion"),
        (#"{"alg":"RS256"}"#, #"{"iss":"x"}"#, "client identifier invalid"),
        (#"{"alg":"RS256"}"#, #"{"iss":"signalbox-demo","aud":"https://evil.example"}"#, "Audience validation failed"),
        (
            #"{"alg":"RS256"}"#,
            #"{"iss":"signalbox-demo","aud":"http://org.example","exp":1795456900,"sub":"mallory@acme.example"}"#,
            "user hasn't approved this consumer"
        ),
        (
            #"{"alg":"RS256"}"#, #"{"iss":"signalbox-demo","aud":"http://org.example","exp":1e400}"#,
            "assertion expired"
        ),
    ])
    func `Wrong claims are refused by name`(head: String, claims: String, refusal: String) {
        let parts = [head, claims, "x"].map { Base64.encodeURLSafe($0.utf8) }
        #expect(self.refusal(parts.joined(separator: "."), key: nil) == refusal)
    }
}
