package import Domain

extension ApexPackage {
    /// A Salesforce DX project: source format, manifest and the steps for a production org.
    package var project: [ApexFile] {
        let base = "force-app/main/default"
        var files = [
            ApexFile("sfdx-project.json", projectFile),
            ApexFile(".forceignore", "**/jsconfig.json\n**/.eslintrc.json\n"),
            ApexFile("manifest/package.xml", manifest),
            ApexFile("README.md", projectReadme),
        ]
        for (name, body) in [(relayName, relay), (senderName, sender), (testName, test)] {
            files.append(ApexFile("\(base)/classes/\(name).cls", body))
            files.append(ApexFile("\(base)/classes/\(name).cls-meta.xml", classMetadata))
        }
        for object in objects {
            files.append(ApexFile("\(base)/triggers/\(triggerName(object)).trigger", trigger(object)))
            files.append(ApexFile("\(base)/triggers/\(triggerName(object)).trigger-meta.xml", triggerMetadata))
        }
        files.append(ApexFile("\(base)/remoteSiteSettings/\(siteName).remoteSite-meta.xml", remoteSite))
        return files
    }

    private var projectFile: String {
        """
        {
          "packageDirectories": [{ "path": "force-app", "default": true }],
          "namespace": "",
          "sfdcLoginUrl": "https://login.salesforce.com",
          "sourceApiVersion": "\(Self.apiVersion)"
        }

        """
    }

    private var projectReadme: String {
        let triggers = objects.map { "| `\(triggerName($0))` | \($0) |" }.joined(separator: "\n")
        return """
            # Change events for Signalbox

            This Salesforce DX project makes an org post created, changed, deleted and undeleted records to
            \(siteURL). **It holds the secret that signs these posts: keep it out of public repositories.**

            | trigger | object |
            | --- | --- |
            \(triggers)

            `\(relayName)` turns what a trigger saw into messages, `\(senderName)` posts them from a queueable job, `\(testName)`
            tests both. Neither can make a user's save fail. What triggers never see (cascade deletes, renamed picklist values,
            messages lost after four retries) is found by Signalbox's own reconciliation.

            ## Into production

            Salesforce lets Apex into a production org only by a deployment whose tests pass, so Signalbox can't put it there by
            itself the way it does in a sandbox.

            1. You need the Salesforce CLI and a user with *Author Apex* and *Modify Metadata Through Metadata API Functions*.
            2. Sign in: `sf org login web --alias production --instance-url https://YOUR-DOMAIN.my.salesforce.com`
            3. Try it without changing anything:
               `sf project deploy validate --manifest manifest/package.xml --test-level RunSpecifiedTests --tests \(testName) --target-org production`
            4. Deploy what was validated: `sf project deploy quick --use-most-recent-validation --target-org production`
            5. In Setup, *Remote Site Settings* now lists `\(siteName)` with \(siteURL), ticked *Active*. Without it every post ends
               with "Unauthorized endpoint".
            6. Change a record of a watched object and see it in Signalbox.

            Each class and trigger needs 75 % coverage by the tests named. If a test can't save a record because of a validation
            rule of your own, the failure names the object: extend `sample` in `\(testName)`.

            ## By hand in Setup

            *Remote Site Settings* → *New Remote Site*: name `\(siteName)`, URL `\(siteURL)`. In a sandbox or developer org, *Apex
            Classes* → *New* for each class, then *Apex Triggers* → *New* for each trigger.

            ## Taking it out

            `signalbox apex remove` does it in a sandbox. Elsewhere:
            `sf project delete source --metadata \(triggerNames.map { "ApexTrigger:\($0)" }.joined(separator: " ")) \
            \(classNames.map { "ApexClass:\($0)" }.joined(separator: " ")) RemoteSiteSetting:\(siteName) --target-org production`

            """
    }
}
