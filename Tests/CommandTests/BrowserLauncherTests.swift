import Foundation
import TestSupport
import Testing

@testable import signalbox

struct BrowserLauncherTests {
    @Test(
        arguments: [
            ([:], false), (["DISPLAY": ""], false), (["DISPLAY": ":0"], true), (["WAYLAND_DISPLAY": "wayland-0"], true),
            (["BROWSER": "firefox"], true),
        ] as [([String: String], Bool)]
    )
    func `a browser is offered where there is a display, or one is named`(
        _ environment: [String: String],
        _ isOffered: Bool
    ) {
        #expect(BrowserLauncher(environment: environment).isAvailable == isOffered)
    }

    @Test(arguments: ["", " %s"])
    func `the named browser gets the address as one word, past any shell`(_ place: String) async throws {
        let directory = try ScratchDirectory()
        let script = directory.path + "/browser"
        try "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" > '\(directory.path)/seen'\n"
            .write(toFile: script, atomically: false, encoding: .utf8)
        // Read by a shell, not run itself: a file just written is busy while another test's child still has it open.
        let launcher = BrowserLauncher(environment: ["BROWSER": "/bin/sh \(script)\(place):other"])
        let address = "https://acme.example/authorize?a=1&b=$(id);c"
        try await launcher.open(address)
        #expect(try String(contentsOfFile: directory.path + "/seen", encoding: .utf8) == "1\n\(address)\n")
    }

    @Test(.timeLimit(.minutes(20)))
    func `a browser that stays is opened, keeps nobody waiting and is not ended`() async throws {
        let directory = try ScratchDirectory()
        let script = directory.path + "/browser"
        // It stays until it is told that nobody waits for it any more.
        let end = "until [ -e '\(directory.path)/end' ]; do sleep 0.05; done; touch '\(directory.path)/alive'"
        try "#!/bin/sh\n\(end)\n".write(toFile: script, atomically: false, encoding: .utf8)
        let launcher = BrowserLauncher(environment: ["BROWSER": "/bin/sh \(script)"], patience: 200)
        try await launcher.open("https://acme.example")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/alive"))
        try "".write(toFile: directory.path + "/end", atomically: true, encoding: .utf8)
        try await waitUntil("the browser to live on") {
            FileManager.default.fileExists(atPath: directory.path + "/alive")
        }
    }

    @Test func `a browser inherits no socket, so that no port stays taken behind the program`() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        let directory = try ScratchDirectory()
        let script = directory.path + "/browser"
        try "#!/bin/sh\nls -l /proc/$$/fd > '\(directory.path)/seen'\n".write(
            toFile: script,
            atomically: false,
            encoding: .utf8
        )
        try await BrowserLauncher(environment: ["BROWSER": "/bin/sh \(script)"]).open("https://acme.example")
        let seen = try String(contentsOfFile: directory.path + "/seen", encoding: .utf8)
        #expect(seen.contains("/dev/null") && !seen.contains("socket:"), "\(seen)")
    }

    @Test(arguments: ["/nonexistent/browser", "/bin/false"])
    func `a browser that can't be opened is told with the other way`(_ program: String) async {
        await #expect {
            try await BrowserLauncher(environment: ["BROWSER": program]).open("https://acme.example")
        } throws: {
            "\($0)".contains("copy the address with y")
        }
    }
}
