import Git
import PairCore
import TestSupport
import Testing

@Suite struct GitSettingsTests {
  /// Git reads what is written as what it was.
  @Test func `settings are written as git reads them`() async throws {
    let scratch = try ScratchRepository()
    let values = [
      "plain", "with \"quotes\" and \\", "two\nlines", "# no comment ; here", " spaces ", "\ttab", "é",
    ]
    for (number, value) in values.enumerated() {
      try scratch.git(["config", "Some.Sub \"x\" \\ .Part.Key\(number)", value])
    }
    try scratch.git(["config", "--add", "multi.value", "one"])
    try scratch.git(["config", "--add", "multi.value", "two"])
    try scratch.write(".git/extra", "[from]\n\tinclude = yes\n\tbare\n")
    try scratch.git(["config", "include.path", "extra"])
    let git = GitCommand(environment: scratch.scratch.environment)
    let place = GitCommand.Place(gitDirectory: scratch.path + "/.git")
    let read = try await GitSettings.read(at: place, by: git)
    #expect(read.value("from.include") == "yes")
    #expect(read.value("from.bare") == "true")
    #expect(read.files.contains(scratch.path + "/.git/extra"))
    for (number, value) in values.enumerated() {
      #expect(read.value("some.Sub \"x\" \\ .Part.key\(number)") == value)
    }
    try scratch.write("written", String(decoding: read.file, as: UTF8.self))
    let again = try scratch.git(["config", "--file", scratch.path + "/written", "--list", "-z"])
    let names = again.split(separator: "\0").map {
      $0.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }
    #expect(names == read.entries.map(\.name))
    for (number, value) in values.enumerated() {
      #expect(again.contains("some.Sub \"x\" \\ .Part.key\(number)\n\(value)\0"))
    }
  }
}
