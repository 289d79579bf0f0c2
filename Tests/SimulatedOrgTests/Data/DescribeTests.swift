import Primitives
import SimulatedOrg
import Testing

struct DescribeTests {
    @Test func `Describe tells types, flags and relationships`() async throws {
        let client = await OrgClient()
        let global = await client.get("sobjects")
        let names = (global["sobjects"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(
            Set(names).isSuperset(of: [
                "Account", "Contact", "Lead", "Opportunity", "Case", "Invoice__c", "User", "Organization", "Project__c",
                "Shipment__c", "Subscription__c",
            ])
        )
        let describe = await client.get("sobjects/invoice__C/describe")
        #expect(describe["name"] == "Invoice__c")
        #expect(describe["keyPrefix"] == "a00")
        #expect(describe["replicateable"] == true)
        #expect(describe["triggerable"] == true)
        let fields = describe["fields"]?.array ?? []
        let balance = try #require(fields.first { $0["name"] == "Balance__c" })
        #expect(balance["calculated"] == true)
        #expect(balance["createable"] == false)
        let stamp = try #require(fields.first { $0["name"] == "SystemModstamp" })
        #expect(stamp["type"] == "datetime")
        #expect(stamp["nillable"] == false)
        let account = try #require(fields.first { $0["name"] == "Account__c" })
        #expect(account["referenceTo"] == ["Account"])
        #expect(account["relationshipName"] == "Account__r")
    }
}
