import Drawing
import Testing

struct KeyNameTests {
    @Test(
        "A key's name reads back as the key",
        arguments: [
            (Key.ctrl("s"), "ctrl+s"), (Key(.enter, .alt), "alt+enter"), (.function(12), "f12"), (.space, "space"),
            (.character("G"), "G"), (.character("?"), "?"), (.character("+"), "plus"), (.backTab, "shift+tab"),
            (.escape, "esc"), (Key(.up, [.ctrl, .shift]), "ctrl+shift+up"), (.ctrl(" "), "ctrl+space"),
            (.character("/"), "/"), (.tab, "tab"), (.pageDown, "pagedown"),
        ]
    )
    func names(key: Key, name: String) {
        #expect(key.name == name)
        #expect(Key(name: name) == key)
    }

    @Test("What is no key has no key", arguments: ["", "hyper+x", "f0", "f99", "enterr", "ctrl+"])
    func wrong(name: String) {
        #expect(Key(name: name) == nil)
    }
}
