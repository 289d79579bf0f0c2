import Primitives

/// The objects that every simulated org has.
enum StandardObjects {
    /// All of them; each one's position is also that of its table.
    static let all: [ObjectType] = [
        account, contact, lead, opportunity, supportCase, invoice, user, organization,
        plain("Project__c", "Project", keyPrefix: "a01"), plain("Shipment__c", "Shipment", keyPrefix: "a02"),
        plain("Subscription__c", "Subscription", keyPrefix: "a03"),
    ]

    private static let position: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($1.name.lowercased(), $0) }
    )

    /// The position of the object of this name, whatever its case.
    static func index(of name: String) -> Int? { position[name.lowercased()] }

    static let industries = ["Biotechnology", "Energy", "Engineering", "Finance", "Healthcare", "Retail", "Technology"]
    static let leadStatuses = [
        "Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted",
    ]
    static let stages = [
        "Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Proposal/Price Quote",
        "Negotiation/Review", "Closed Won", "Closed Lost",
    ]
    static let caseStatuses = ["New", "Working", "Escalated", "Closed"]
    static let invoiceStatuses = ["Draft", "Sent", "Paid", "Overdue"]
    static let sources = ["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"]
    static let ratings = ["Hot", "Warm", "Cold"]

    private static let account: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("Name", "Account Name", .string, required: true, name: true)
        builder.add(
            "Type",
            "Account Type",
            .picklist,
            picklist: ["Prospect", "Customer - Direct", "Technology Partner"]
        )
        builder.add("ParentId", "Parent Account ID", .reference, to: "Account", as: "Parent")
        builder.add("BillingStreet", "Billing Street", .textarea, length: 255)
        builder.add("BillingCity", "Billing City", .string, length: 40)
        builder.add("BillingPostalCode", "Billing Zip/Postal Code", .string, length: 20)
        builder.add("BillingCountry", "Billing Country", .string, length: 80)
        builder.add("Phone", "Account Phone", .phone)
        builder.add("Website", "Website", .url)
        builder.add("Industry", "Industry", .picklist, picklist: industries)
        builder.add("AnnualRevenue", "Annual Revenue", .currency)
        builder.add("NumberOfEmployees", "Employees", .int)
        builder.add("Rating", "Account Rating", .picklist, picklist: ratings)
        builder.add("Description", "Account Description", .textarea)
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.add("External_Id__c", "External Id", .string, length: 64, external: true)
        builder.addStamps(mergeable: true)
        return ObjectType(
            name: "Account",
            label: "Account",
            labelPlural: "Accounts",
            keyPrefix: "001",
            fields: builder.fields,
            isMergeable: true
        )
    }()

    private static let contact: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("AccountId", "Account ID", .reference, to: "Account", as: "Account")
        builder.add("LastName", "Last Name", .string, length: 80, required: true)
        builder.add("FirstName", "First Name", .string, length: 40)
        let (first, last) = (builder.column("FirstName"), builder.column("LastName"))
        builder.add("Name", "Full Name", .string, formula: .fullName(first: first, last: last), name: true)
        builder.add("Title", "Title", .string, length: 128)
        builder.add("Department", "Department", .string, length: 80)
        builder.add("Email", "Email", .email)
        builder.add("Phone", "Business Phone", .phone)
        builder.add("MobilePhone", "Mobile Phone", .phone)
        builder.add("MailingCity", "Mailing City", .string, length: 40)
        builder.add("Birthdate", "Birthdate", .date)
        builder.add("LeadSource", "Lead Source", .picklist, picklist: sources)
        builder.add("HasOptedOutOfEmail", "Email Opt Out", .boolean, defaulted: true)
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps(mergeable: true)
        return ObjectType(
            name: "Contact",
            label: "Contact",
            labelPlural: "Contacts",
            keyPrefix: "003",
            fields: builder.fields,
            cascadeField: "AccountId",
            isMergeable: true
        )
    }()

    private static let lead: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("LastName", "Last Name", .string, length: 80, required: true)
        builder.add("FirstName", "First Name", .string, length: 40)
        let (first, last) = (builder.column("FirstName"), builder.column("LastName"))
        builder.add("Name", "Full Name", .string, formula: .fullName(first: first, last: last), name: true)
        builder.add("Company", "Company", .string, required: true)
        builder.add("Title", "Title", .string, length: 128)
        builder.add("Email", "Email", .email)
        builder.add("Phone", "Phone", .phone)
        builder.add("City", "City", .string, length: 40)
        builder.add("Status", "Lead Status", .picklist, defaulted: true, picklist: leadStatuses)
        builder.add("LeadSource", "Lead Source", .picklist, picklist: sources)
        builder.add("Rating", "Rating", .picklist, picklist: ratings)
        builder.add("NumberOfEmployees", "Employees", .int)
        builder.add("IsConverted", "Converted", .boolean, defaulted: true, readOnly: true)
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps(mergeable: true)
        return ObjectType(
            name: "Lead",
            label: "Lead",
            labelPlural: "Leads",
            keyPrefix: "00Q",
            fields: builder.fields,
            isMergeable: true
        )
    }()

    private static let opportunity: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("AccountId", "Account ID", .reference, to: "Account", as: "Account")
        builder.add("Name", "Name", .string, length: 120, required: true, name: true)
        builder.add("StageName", "Stage", .picklist, required: true, picklist: stages)
        builder.add("Amount", "Amount", .currency)
        builder.add("Probability", "Probability (%)", .percent)
        builder.add("CloseDate", "Close Date", .date, required: true)
        builder.add("Type", "Opportunity Type", .picklist, picklist: ["New Customer", "Existing Customer - Upgrade"])
        builder.add("NextStep", "Next Step", .string)
        builder.add("LeadSource", "Lead Source", .picklist, picklist: sources)
        builder.add("IsPrivate", "Private", .boolean, defaulted: true)
        builder.add("Description", "Description", .textarea)
        let (amount, probability) = (builder.column("Amount"), builder.column("Probability"))
        builder.add("Weighted_Amount__c", "Weighted Amount", .currency, formula: .share(amount, percent: probability))
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps()
        return ObjectType(
            name: "Opportunity",
            label: "Opportunity",
            labelPlural: "Opportunities",
            keyPrefix: "006",
            fields: builder.fields,
            cascadeField: "AccountId"
        )
    }()

    private static let supportCase: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("CaseNumber", "Case Number", .string, length: 30, name: true, defaulted: true, readOnly: true)
        builder.add("AccountId", "Account ID", .reference, to: "Account", as: "Account")
        builder.add("ContactId", "Contact ID", .reference, to: "Contact", as: "Contact")
        builder.add("Subject", "Subject", .string)
        builder.add("Status", "Status", .picklist, defaulted: true, picklist: caseStatuses)
        builder.add("Priority", "Priority", .picklist, picklist: ["High", "Medium", "Low"])
        builder.add("Origin", "Case Origin", .picklist, picklist: ["Phone", "Email", "Web"])
        builder.add("SuppliedEmail", "Web Email", .email)
        builder.add("Description", "Description", .textarea)
        builder.add("IsEscalated", "Escalated", .boolean, defaulted: true)
        builder.add("ClosedDate", "Closed Date", .datetime, readOnly: true)
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps(mergeable: true)
        return ObjectType(
            name: "Case",
            label: "Case",
            labelPlural: "Cases",
            keyPrefix: "500",
            fields: builder.fields,
            isMergeable: true
        )
    }()

    private static let invoice: ObjectType = {
        var builder = ObjectBuilder()
        builder.add("Name", "Invoice Number", .string, length: 80, name: true, defaulted: true)
        builder.add("Account__c", "Account", .reference, to: "Account", as: "Account__r")
        builder.add("Status__c", "Status", .picklist, picklist: invoiceStatuses)
        builder.add("Amount__c", "Amount", .currency)
        builder.add("Paid__c", "Paid", .currency)
        builder.add("Due_Date__c", "Due Date", .date)
        builder.add("Sent_At__c", "Sent At", .datetime)
        builder.add("Contact_Email__c", "Contact Email", .email)
        builder.add("External_Id__c", "External Id", .string, length: 64, external: true)
        let (amount, paid, due) = (
            builder.column("Amount__c"), builder.column("Paid__c"), builder.column("Due_Date__c")
        )
        builder.add("Balance__c", "Balance", .currency, formula: .difference(amount, paid))
        builder.add("Days_Overdue__c", "Days Overdue", .double, formula: .daysSince(due))
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps()
        return ObjectType(
            name: "Invoice__c",
            label: "Invoice",
            labelPlural: "Invoices",
            keyPrefix: "a00",
            fields: builder.fields,
            cascadeField: "Account__c"
        )
    }()

    /// A custom object with nothing special about it, and no records to begin with.
    private static func plain(_ name: String, _ label: String, keyPrefix: String) -> ObjectType {
        var builder = ObjectBuilder()
        builder.add("Name", "\(label) Name", .string, length: 80, name: true)
        builder.add("Account__c", "Account", .reference, to: "Account", as: "Account__r")
        builder.add("Status__c", "Status", .picklist, picklist: ["Open", "Done"])
        builder.add("Start_Date__c", "Start Date", .date)
        builder.add("OwnerId", "Owner ID", .reference, defaulted: true, to: "User", as: "Owner")
        builder.addStamps()
        return ObjectType(
            name: name,
            label: label,
            labelPlural: label + "s",
            keyPrefix: keyPrefix,
            fields: builder.fields,
            isBusy: false
        )
    }
}
