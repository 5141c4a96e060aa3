import Git
import PairCore
import TestSupport
import Testing

@Suite struct ConfigTests {
  @Test func `the user is whom the named configuration file names`() throws {
    let scratch = try ScratchRepository()
    #expect(try scratch.open().userSignature(at: ada.time) == ada)
  }

  @Test func `the repository's own setting wins`() throws {
    let scratch = try ScratchRepository()
    try scratch.git(["config", "user.name", "Grace"])
    let user = try scratch.open().userSignature(at: ada.time)
    #expect(user.name == "Grace")
    #expect(user.email == "ada@example.com")
  }

  @Test(arguments: ["", "[user]\n\tname = Ada\n", "[user]\n\tname = \" \"\n\temail = a@example.com\n"])
  func `without a name and an address there is no user`(_ config: String) throws {
    let scratch = try ScratchRepository()
    try scratch.scratch.write("home/.gitconfig", config)
    let repository = try scratch.open()
    #expect(kind { _ = try repository.userSignature(at: ada.time) } == .notFound)
  }

  @Test func `a configuration file that is not there is an empty one`() throws {
    let scratch = try ScratchRepository()
    for file in ["/dev/null", scratch.path + "/none"] {
      let repository = try Repository(
        containing: scratch.path, environment: ["GIT_CONFIG_GLOBAL": file, "GIT_CONFIG_SYSTEM": "/dev/null"])
      #expect(try repository.setting("user.name") == nil)
    }
  }

  @Test func `a setting is its last value, without white space around it`() throws {
    let scratch = try ScratchRepository()
    try scratch.git(["config", "--add", "some.thing", "one"])
    try scratch.git(["config", "--add", "some.thing", " two "])
    let repository = try scratch.open()
    #expect(try repository.setting("some.thing") == "two")
    #expect(try repository.setting("some.other") == nil)
  }

  @Test func `a setting of the user's is not the repository's own`() throws {
    let scratch = try ScratchRepository()
    try scratch.git(["config", "--global", "some.thing", "one"])
    #expect(try !scratch.open().hasOwnSetting("some.thing"))
    #expect(try !scratch.open().hasOwnSetting("some.other"))
    try scratch.git(["config", "some.thing", "two"])
    #expect(try scratch.open().hasOwnSetting("some.thing"))
  }

  @Test func `hooks that the configuration defines are found by name`() throws {
    let scratch = try ScratchRepository()
    #expect(try scratch.open().configuredHookNames().isEmpty)
    try scratch.git(["config", "hook.lint.command", "true"])
    try scratch.git(["config", "hook.lint.event", "pre-commit"])
    try scratch.git(["config", "hook.My.Dotted.command", "true"])
    try scratch.git(["config", "--global", "hook.global.command", "true"])
    #expect(try scratch.open().configuredHookNames().sorted() == ["My.Dotted", "global", "lint"])
  }
}
