/// The samples of one name, as they are shown.
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case counter, gauge, histogram
    }

    package struct Label: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct Sample: Sendable, Hashable {
        /// What follows the family's name: `_bucket`, `_sum`, `_count`, or nothing. A counter's `_total` is added by itself.
        package let suffix: String
        package let labels: [Label]
        package let value: Double

        package init(suffix: String = "", _ labels: [Label] = [], _ value: Double) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    /// Of a counter without `_total`.
    package let name: String
    package let kind: Kind
    package let help: String
    package var samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    package static func gauge(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name, .gauge, help, samples)
    }
}
