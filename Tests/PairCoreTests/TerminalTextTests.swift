import Foundation
import PairCore
import Testing

@Suite struct TerminalTextTests {
  @Test(
    arguments: [
      ("plain text", "plain text"), ("Größe 日本 👩‍💻", "Größe 日本 👩‍💻"), ("a\nb\tc", "a\\nb\\tc"),
      ("\u{1b}[31mred", "\\u{1b}[31mred"), ("a\rb", "a\\u{d}b"), ("a\r\nb", "a\\u{d}\\nb"), ("\0", "\\u{0}"),
      ("\u{7}", "\\u{7}"), ("\u{7f}", "\\u{7f}"), ("\u{9b}31m", "\\u{9b}31m"),
      ("abc\u{202e}fdp.exe", "abc\\u{202e}fdp.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
      ("\u{200e}\u{200f}", "\\u{200e}\\u{200f}"), ("\u{61c}", "\\u{61c}"),
      ("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c"), ("", ""),
    ])
  func `what could drive a terminal becomes visible`(_ text: String, _ shown: String) {
    #expect(text.escapedForTerminal() == shown)
  }

  @Test func `a long text is cut at the limit, and shows that`() {
    #expect("abcdef".escapedForTerminal(limit: 6) == "abcdef")
    #expect("abcdefg".escapedForTerminal(limit: 6) == "abcdef…")
    #expect(String(repeating: "x", count: 10_000).escapedForTerminal().count == 201)
  }

  @Test func `a tower of combining marks is cut, too`() {
    let zalgo = "e" + String(repeating: "\u{301}", count: 5_000)
    #expect(zalgo.escapedForTerminal(limit: 10).unicodeScalars.count == 11)
  }

  @Test(arguments: [("  a b \n", "a b"), ("", ""), (" \t\r\n", ""), ("a", "a")])
  func `trimming takes white space from both ends only`(_ text: String, _ trimmed: String) {
    #expect(text.trimmed == trimmed)
  }

  @Test(arguments: [
    "a", "", "a b", "it's", "a\nb", "\u{1b}[31m'\\n", "\u{202e}x7", String(repeating: "x y", count: 999),
  ])
  func `a quoted word is that word for a shell`(_ word: String) throws {
    let quoted = word.quotedForShell
    #expect(!quoted.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e })
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = ["-c", "printf %s \(quoted)"]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    #expect(String(decoding: printed, as: UTF8.self) == word)
  }
}
