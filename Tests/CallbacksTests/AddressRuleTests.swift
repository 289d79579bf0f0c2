import NIOCore
import Testing

@testable import Callbacks

struct AddressRuleTests {
    private func isRefused(_ address: String, _ rule: AddressRule = .init()) throws -> Bool {
        try rule.refusal(of: SocketAddress(ipAddress: address, port: 443)) != nil
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1", "febf::1",
        "fd00:ec2::254", "100.100.100.200", "192.0.0.192",
    ])
    func `link-local and metadata addresses are always refused, however they are written`(_ address: String) throws {
        #expect(try isRefused(address))
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "10.0.0.1", "169.253.255.255", "169.255.0.0", "fec0::1", "fd00:ec2::253", "8.8.8.8",
    ])
    func `others are not`(_ address: String) throws { #expect(try !isRefused(address)) }

    @Test func `networks are refused to their last address and not beyond`() throws {
        let rule = try AddressRule(denying: "10.16.0.0/12, fd00::/8,203.0.113.7,127.0.0.0/8,::1")
        for address in [
            "10.16.0.0", "10.31.255.255", "::ffff:10.20.0.1", "fd12:3456::1", "203.0.113.7", "127.9.9.9", "0.0.0.0",
            "::",
        ] { #expect(try isRefused(address, rule), "\(address)") }
        for address in ["10.15.255.255", "10.32.0.0", "fc00::1", "203.0.113.8", "128.0.0.1"] {
            #expect(try !isRefused(address, rule), "\(address)")
        }
        // As it is written as well as what it stands for.
        let written = try AddressRule(denying: "0.0.0.0/8,::/128,64:ff9b::/96")
        for address in ["0.0.0.0", "::", "64:ff9b::808:808"] {
            #expect(try isRefused(address, written), "\(address)")
        }
        #expect(try !isRefused("127.0.0.1", written))
        let all = try AddressRule(denying: "0.0.0.0/0")
        #expect(try isRefused("8.8.8.8", all) && !isRefused("2001:db8::1", all))
        #expect(
            try rule.refusal(of: SocketAddress(ipAddress: "10.20.0.1", port: 1))
                == "10.20.0.1 is in 10.16.0.0/12, which --callback-deny keeps callbacks from"
        )
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.1/8", "fd00::/129", "a.example", "10.0.0.0/", "/8", "10.0.0.0/-1", "10.0.0.0/8/8",
    ])
    func `what is no network is named`(_ text: String) {
        #expect(throws: AddressRule.Malformed(part: text)) { try AddressRule(denying: "10.0.0.0/8," + text) }
    }
}
