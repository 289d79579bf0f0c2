import Primitives

/// Makes up the contents of records that look like a company's own.
enum BusinessData {
    static let firstNames = [
        "Anna", "Ben", "Carla", "David", "Elif", "Felix", "Greta", "Hugo", "Ines", "Jakob", "Katharina", "Liam", "Maya",
        "Noah", "Olga", "Paul", "Rosa", "Samir", "Tara", "Viktor", "Wanda", "Yusuf", "Zoe", "Émile", "Søren",
    ]
    static let lastNames = [
        "Albrecht", "Bauer", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Hoffmann", "Ivanova", "Jansen",
        "Kowalski",
        "Lindqvist", "Müller", "Nguyen", "O'Brien", "Petrov", "Quinn", "Rossi", "Schmidt", "Tanaka", "Vogel", "Yilmaz",
    ]
    private static let companyRoots = [
        "Alpine", "Baltic", "Cobalt", "Delta", "Evergreen", "Falcon", "Granite", "Harbor", "Iris", "Juniper", "Kestrel",
        "Lumen", "Meridian", "Nimbus", "Orchard", "Pioneer", "Quartz", "Rhine", "Summit", "Tidal", "Vertex", "Willow",
    ]
    private static let companyKinds = [
        "Analytics", "Foods", "Logistics", "Medical", "Optics", "Robotics", "Software", "Textiles",
    ]
    private static let companyForms = ["AG", "GmbH", "Inc.", "Ltd.", "SA", "& Co. KG"]
    private static let cities = [
        ("Berlin", "10115", "Germany"), ("Hamburg", "20095", "Germany"), ("Wien", "1010", "Austria"),
        ("Zürich", "8001", "Switzerland"), ("Lyon", "69001", "France"), ("Porto", "4000-001", "Portugal"),
        ("Malmö", "211 20", "Sweden"), ("Boston", "02108", "United States"), ("Osaka", "530-0001", "Japan"),
    ]
    private static let titles = ["CEO", "CTO", "Head of Purchasing", "IT Manager", "Sales Director", "Office Manager"]
    private static let subjects = [
        "Can't log in since this morning", "Delivery arrived damaged", "Invoice shows the wrong VAT id",
        "Question about the new price list", "Sensor reports no data", "Update fails at 80 %",
    ]
    private static let nextSteps = ["Call back on Monday", "Send the quote", "Arrange a demo", "Wait for the board"]

    static func company(_ random: inout SeededGenerator) -> String {
        "\(random.pick(companyRoots)) \(random.pick(companyKinds)) \(random.pick(companyForms))"
    }

    static func phone(_ random: inout SeededGenerator) -> String {
        "+49 30 5550 \(Int.random(in: 1_000...9_999, using: &random))"
    }

    /// An address under `.example`, which nobody can own.
    static func email(_ first: String, _ last: String, at company: String) -> String {
        let host = plain(company.prefix { $0 != " " })
        return "\(plain(first[...])).\(plain(last[...]))@\(host.isEmpty ? "mail" : host).example"
    }

    private static func plain(_ text: Substring) -> String {
        let replacements: [Character: String] = ["ü": "ue", "ö": "oe", "ä": "ae", "é": "e", "í": "i", "ø": "oe"]
        return text.lowercased().map { character in
            replacements[character]
                ?? (character.isASCII && (character.isLetter || character.isNumber) ? String(character) : "")
        }.joined()
    }

    private static func amount(_ random: inout SeededGenerator, upTo limit: Int) -> JSON {
        .number("\(Double(Int.random(in: 100...limit * 100, using: &random)) / 100)")
    }

    /// The fields of a new record; parents are ids to choose from, and may be missing.
    static func fields(
        of object: String,
        parents: (accounts: [String], contacts: [String]),
        today: Int,
        random: inout SeededGenerator
    ) -> [JSON.Member] {
        let (first, last, company) = (random.pick(firstNames), random.pick(lastNames), company(&random))
        let account: JSON = parents.accounts.isEmpty ? .null : .string(random.pick(parents.accounts))
        let place = random.pick(cities)
        switch object {
        case "Account":
            return [
                .init("Name", .string(company)), .init("Phone", .string(phone(&random))),
                .init("Website", .string("https://www.\(plain(company.prefix { $0 != " " })).example")),
                .init("Industry", .string(random.pick(StandardObjects.industries))),
                .init("Type", .string(random.pick(["Prospect", "Customer - Direct"]))),
                .init("AnnualRevenue", .integer(Int.random(in: 2...900, using: &random) * 100_000)),
                .init("NumberOfEmployees", .integer(Int.random(in: 4...5_000, using: &random))),
                .init("BillingCity", .string(place.0)), .init("BillingPostalCode", .string(place.1)),
                .init("BillingCountry", .string(place.2)),
                .init("Rating", .string(random.pick(StandardObjects.ratings))),
            ]
        case "Contact":
            return [
                .init("AccountId", account), .init("FirstName", .string(first)), .init("LastName", .string(last)),
                .init("Email", .string(email(first, last, at: company))), .init("Phone", .string(phone(&random))),
                .init("Title", .string(random.pick(titles))), .init("MailingCity", .string(place.0)),
                .init("LeadSource", .string(random.pick(StandardObjects.sources))),
            ]
        case "Lead":
            return [
                .init("FirstName", .string(first)), .init("LastName", .string(last)),
                .init("Company", .string(company)),
                .init("Email", .string(email(first, last, at: company))), .init("Phone", .string(phone(&random))),
                .init("City", .string(place.0)), .init("Title", .string(random.pick(titles))),
                .init("LeadSource", .string(random.pick(StandardObjects.sources))),
                .init("Rating", .string(random.pick(StandardObjects.ratings))),
            ]
        case "Opportunity":
            let stage = Int.random(in: 0..<6, using: &random)
            return [
                .init("AccountId", account),
                .init("Name", .string("\(company) – \(random.pick(["renewal", "rollout", "pilot", "licences"]))")),
                .init("StageName", .string(StandardObjects.stages[stage])),
                .init("Amount", amount(&random, upTo: 250_000)),
                .init("Probability", .integer(10 + stage * 15)),
                .init("CloseDate", .string(StampFormat.date(today + Int.random(in: 5...120, using: &random)))),
                .init("NextStep", .string(random.pick(nextSteps))),
            ]
        case "Case":
            let contact: JSON = parents.contacts.isEmpty ? .null : .string(random.pick(parents.contacts))
            return [
                .init("AccountId", account), .init("ContactId", contact),
                .init("Subject", .string(random.pick(subjects))),
                .init("Priority", .string(random.pick(["High", "Medium", "Low"]))),
                .init("Origin", .string(random.pick(["Phone", "Email", "Web"]))),
            ]
        default:
            return [
                .init("Account__c", account), .init("Status__c", .string(random.pick(StandardObjects.invoiceStatuses))),
                .init("Amount__c", amount(&random, upTo: 40_000)), .init("Paid__c", 0),
                .init("Due_Date__c", .string(StampFormat.date(today + Int.random(in: -20...40, using: &random)))),
                .init("Contact_Email__c", .string(email(first, last, at: company))),
            ]
        }
    }

    /// One or two fields that change in a day's work.
    static func change(of object: String, today: Int, random: inout SeededGenerator) -> [JSON.Member] {
        switch object {
        case "Account":
            return random.pick([
                [.init("NumberOfEmployees", .integer(Int.random(in: 4...5_000, using: &random)))],
                [
                    .init("Phone", .string(phone(&random))),
                    .init("Rating", .string(random.pick(StandardObjects.ratings))),
                ],
                [.init("AnnualRevenue", .integer(Int.random(in: 2...900, using: &random) * 100_000))],
            ])
        case "Contact":
            return random.pick([
                [.init("Title", .string(random.pick(titles)))],
                [.init("MobilePhone", .string(phone(&random)))],
                [.init("Email", .string(email(random.pick(firstNames), random.pick(lastNames), at: company(&random))))],
            ])
        case "Lead":
            return random.pick([
                [.init("Status", .string(random.pick(StandardObjects.leadStatuses)))],
                [.init("Rating", .string(random.pick(StandardObjects.ratings)))],
            ])
        case "Opportunity":
            let stage = Int.random(in: 0..<8, using: &random)
            return random.pick([
                [
                    .init("StageName", .string(StandardObjects.stages[stage])),
                    .init("Probability", .integer(stage == 6 ? 100 : stage == 7 ? 0 : 10 + stage * 15)),
                ],
                [.init("Amount", amount(&random, upTo: 250_000))],
                [.init("NextStep", .string(random.pick(nextSteps)))],
            ])
        case "Case":
            return random.pick([
                [.init("Status", .string(random.pick(StandardObjects.caseStatuses)))],
                [.init("Priority", .string(random.pick(["High", "Medium", "Low"]))), .init("IsEscalated", true)],
            ])
        default:
            return random.pick([
                [.init("Status__c", .string(random.pick(StandardObjects.invoiceStatuses)))],
                [.init("Paid__c", amount(&random, upTo: 40_000))],
                [.init("Due_Date__c", .string(StampFormat.date(today + Int.random(in: 1...40, using: &random))))],
            ])
        }
    }
}
