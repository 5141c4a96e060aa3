import PairCore
import Testing

@Suite struct CommandTemplateTests {
  @Test(
    arguments: [
      (["a", "-f", "{prompt_file}"], ["-f", "/run/p.md"]), (["a", "x{mode}y{mode}"], ["xplanyplan"]),
      // Without a value the word goes, and the option that it belongs to.
      (["a", "--model", "{model}", "-q"], ["-q"]), (["a", "--model={model}", "-q"], ["-q"]),
      (["a", "run", "{model}"], ["run"]), (["a", "-q", "pre{model}"], ["-q"]),
      // What looks like one and is none stays.
      (["a", "{other}", "{", "{}"], ["{other}", "{", "{}"]), (["a"], []),
    ])
  func `placeholders are replaced in the arguments`(_ words: [String], _ arguments: [String]) {
    #expect(
      CommandTemplate(words: words).arguments([.promptFile: "/run/p.md", .mode: "plan"]) == arguments)
  }

  @Test func `a value is not looked at for placeholders`() {
    #expect(
      CommandTemplate(words: ["a", "{prompt}"]).arguments([.prompt: "{mode}", .mode: "plan"]) == ["{mode}"])
  }

  @Test func `the text to approve holds every word and variable`() {
    let template = CommandTemplate(words: ["a", "b c"], variables: ["A_KEY", "B_KEY"])
    #expect(template.text == "a\nb c\nwith A_KEY, B_KEY")
    #expect(CommandTemplate(words: ["a", "b", "c"]).text != CommandTemplate(words: ["a", "b c"]).text)
  }
}
