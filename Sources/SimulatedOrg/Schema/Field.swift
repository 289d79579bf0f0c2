import Primitives

/// The type of a field, spelled as describe spells it.
enum FieldType: String, Sendable {
    case id, reference, string, textarea, picklist, email, phone, url, currency, double, percent, int, boolean, date
    case datetime

    /// The XML Schema type that describe names beside the type.
    var soapType: String {
        switch self {
        case .id, .reference: "tns:ID"
        case .currency, .double, .percent: "xsd:double"
        case .int: "xsd:int"
        case .boolean: "xsd:boolean"
        case .date: "xsd:date"
        case .datetime: "xsd:dateTime"
        case .string, .textarea, .picklist, .email, .phone, .url: "xsd:string"
        }
    }

    var isText: Bool {
        switch self {
        case .string, .textarea, .picklist, .email, .phone, .url: true
        default: false
        }
    }

    var isNumber: Bool { [.currency, .double, .percent, .int].contains(self) }
}

/// Where a field's value comes from.
enum FieldSource: Sendable, Equatable {
    case id, isDeleted, created, createdBy, modified, modifiedBy, stamp, master
    /// A stored value, by its position in the row.
    case column(Int)
    case formula(Formula)
}

/// A value worked out when it is read; it changes without moving any stamp.
enum Formula: Sendable, Equatable {
    /// First and last name, joined by a blank.
    case fullName(first: Int, last: Int)
    /// The first number less the second.
    case difference(Int, Int)
    /// The first number times the second, as a percentage.
    case share(Int, percent: Int)
    /// Whole days since that date, 0 while it lies ahead.
    case daysSince(Int)
}

/// One field of an object, with what describe says of it.
struct Field: Sendable {
    var name: String
    var label: String
    var type: FieldType
    var source: FieldSource
    var length = 0
    var precision = 0
    var scale = 0
    var isNillable = true
    var isCreateable = true
    var isUpdateable = true
    var isFilterable = true
    var isNameField = false
    var isExternalID = false
    var isDefaultedOnCreate = false
    var picklist: [String] = []
    var referenceTo: [String] = []
    var relationshipName: String?

    var isCustom: Bool { name.hasSuffix("__c") }

    /// Whether describe calls it a formula; a compound name is worked out too, but is none.
    var isCalculated: Bool {
        guard case .formula(let formula) = source else { return false }
        if case .fullName = formula { return false }
        return true
    }

    /// Whether a new row can't do without a value for it.
    var isRequired: Bool { isCreateable && !isNillable && !isDefaultedOnCreate }
}
