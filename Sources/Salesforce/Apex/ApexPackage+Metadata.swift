package import Domain

extension ApexPackage {
    private static let header = #"<?xml version="1.0" encoding="UTF-8"?>"#
    private static let namespace = "http://soap.sforce.com/2006/04/metadata"

    package var classMetadata: String { component("ApexClass") }
    package var triggerMetadata: String { component("ApexTrigger") }

    private func component(_ type: String) -> String {
        """
        \(Self.header)
        <\(type) xmlns="\(Self.namespace)">
            <apiVersion>\(Self.apiVersion)</apiVersion>
            <status>Active</status>
        </\(type)>

        """
    }

    package var remoteSite: String {
        """
        \(Self.header)
        <RemoteSiteSetting xmlns="\(Self.namespace)">
            <description>Where Signalbox takes changes of records</description>
            <disableProtocolSecurity>false</disableProtocolSecurity>
            <isActive>true</isActive>
            <url>\(Self.escaped(siteURL))</url>
        </RemoteSiteSetting>

        """
    }

    /// The manifest of everything.
    package var manifest: String {
        Self.manifest(classes: classNames, triggers: triggerNames, sites: [siteName])
    }

    package static func manifest(classes: [String], triggers: [String], sites: [String]) -> String {
        func types(_ name: String, _ members: [String]) -> String {
            guard !members.isEmpty else { return "" }
            let lines = members.map { "        <members>\($0)</members>\n" }.joined()
            return "    <types>\n\(lines)        <name>\(name)</name>\n    </types>\n"
        }
        return """
            \(header)
            <Package xmlns="\(namespace)">
            \(types("ApexClass", classes))\(types("ApexTrigger", triggers))\(types("RemoteSiteSetting", sites))\
                <version>\(apiVersion)</version>
            </Package>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// The files of a Metadata API zip, `package.xml` first. `obsoleteTriggers` and `obsoleteSites` are removed after the new
    /// ones are in.
    package func deployment(obsoleteTriggers: [String] = [], obsoleteSites: [String] = []) -> [ApexFile] {
        var files = [ApexFile("package.xml", manifest)]
        for (name, body) in [(relayName, relay), (senderName, sender), (testName, test)] {
            files.append(ApexFile("classes/\(name).cls", body))
            files.append(ApexFile("classes/\(name).cls-meta.xml", classMetadata))
        }
        for object in objects {
            files.append(ApexFile("triggers/\(triggerName(object)).trigger", trigger(object)))
            files.append(ApexFile("triggers/\(triggerName(object)).trigger-meta.xml", triggerMetadata))
        }
        files.append(ApexFile("remoteSiteSettings/\(siteName).remoteSite", remoteSite))
        if !obsoleteTriggers.isEmpty || !obsoleteSites.isEmpty {
            files.append(
                ApexFile(
                    "destructiveChangesPost.xml",
                    Self.manifest(classes: [], triggers: obsoleteTriggers, sites: obsoleteSites)
                )
            )
        }
        return files
    }

    /// The files of a zip that takes everything out again. Triggers go before the classes that they call; of remote sites
    /// only `sites` go, as other instances may post to the same address.
    package func removal(triggers: [String], sites: [String]) -> [ApexFile] {
        [
            ApexFile("package.xml", Self.manifest(classes: [], triggers: [], sites: [])),
            ApexFile(
                "destructiveChanges.xml",
                Self.manifest(classes: classNames, triggers: triggers, sites: sites)
            ),
        ]
    }
}
