/// A package like the generated one, for Account.
enum RelayPackage {
    static let endpoint = "https://hooks.example:8443/elements/api-v2/events/sfdc/token"

    /// Its files by path.
    static func files(site: String = "https://hooks.example:8443") -> [(String, String)] {
        let meta = "<ApexClass xmlns=\"x\"><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>"
        return [
            (
                "package.xml",
                """
                <Package><types><members>HookRelay</members><members>HookRelayTest</members><name>ApexClass</name></types>
                <types><members>HookAccount</members><name>ApexTrigger</name></types>
                <types><members>HookSite</members><name>RemoteSiteSetting</name></types><version>66.0</version></Package>
                """
            ),
            (
                "classes/HookRelay.cls",
                """
                /* the handler's class */
                public class HookRelay {
                    public static final String ENDPOINT = '\(endpoint)';
                    private static final String SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
                    public static void handle(String name) { }
                }
                """
            ),
            ("classes/HookRelay.cls-meta.xml", meta),
            ("classes/HookRelayTest.cls", "@IsTest private class HookRelayTest { @IsTest static void run() { } }"),
            ("classes/HookRelayTest.cls-meta.xml", meta),
            (
                "triggers/HookAccount.trigger",
                "trigger HookAccount on Account (after insert, after update, after delete, after undelete) { HookRelay.handle('Account'); }"
            ),
            ("triggers/HookAccount.trigger-meta.xml", meta),
            (
                "remoteSiteSettings/HookSite.remoteSite",
                "<RemoteSiteSetting><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>\(site)</url></RemoteSiteSetting>"
            ),
        ]
    }
}
