import Primitives

extension StandardObjects {
    /// The people of the org; read-only here.
    static let user: ObjectType = {
        var builder = ObjectBuilder(systemFields: false)
        builder.add("Username", "Username", .string, length: 80, required: true)
        builder.add("LastName", "Last Name", .string, length: 80, required: true)
        builder.add("FirstName", "First Name", .string, length: 40)
        let (first, last) = (builder.column("FirstName"), builder.column("LastName"))
        builder.add("Name", "Full Name", .string, formula: .fullName(first: first, last: last), name: true)
        builder.add("Email", "Email", .email, required: true)
        builder.add("IsActive", "Active", .boolean, defaulted: true)
        builder.add("UserType", "User Type", .picklist, picklist: ["Standard"])
        builder.addStamps()
        return ObjectType(
            name: "User",
            label: "User",
            labelPlural: "Users",
            keyPrefix: "005",
            fields: builder.fields,
            isBusinessObject: false
        )
    }()

    /// The org itself: one row.
    static let organization: ObjectType = {
        var builder = ObjectBuilder(systemFields: false)
        builder.add("Name", "Name", .string, length: 80, required: true, name: true)
        builder.add("IsSandbox", "Is Sandbox", .boolean, defaulted: true)
        builder.add("InstanceName", "Instance Name", .string, length: 5)
        builder.add("OrganizationType", "Edition", .picklist, picklist: ["Developer Edition", "Enterprise Edition"])
        builder.add("TrialExpirationDate", "Trial Expiration Date", .datetime)
        builder.add("NamespacePrefix", "Namespace Prefix", .string, length: 15)
        builder.addStamps()
        return ObjectType(
            name: "Organization",
            label: "Organization",
            labelPlural: "Organizations",
            keyPrefix: "00D",
            fields: builder.fields,
            isBusinessObject: false
        )
    }()
}
