/// What came of another key for stored secrets.
package struct KeyChange: WireObject, Hashable {
    /// Of how many instances the secrets were sealed anew.
    package let instances: Int
    /// Where the key was taken from: `SIGNALBOX_NEW_KEY` or `the key file`.
    package let key: String

    package static var wireName: String { "KeyChange" }
    package static var members: [WireMember<KeyChange>] { [.init("instances", \.instances), .init("key", \.key)] }

    package init(instances: Int, key: String) {
        self.instances = instances
        self.key = key
    }

    package init(reading members: WireReader) throws(WireFault) {
        instances = try members("instances")
        key = try members("key")
    }
}
