/// A value that holds secrets and therefore never shows what is in it: not when it is printed, dumped, interpolated or
/// reflected on, alone or deep inside something else.
///
/// Libraries log what they are given by reflection (a service group prints its services), so that it is not enough that
/// nobody here prints a secret.
package protocol SecretBearing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension SecretBearing {
    package var description: String { "\(Self.self)(\(secretMask))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}

extension InstanceConfiguration: SecretBearing {}
extension Instance: SecretBearing {}
extension FormerSecret: SecretBearing {}
extension OrgConnection: SecretBearing {}
extension ApexFile: SecretBearing {}
