@testable import PairCore
@testable import TaskFiles
import Testing

@Suite struct HookSettingsTests {
  @Test func `rules for hooks are read`() throws {
    let rules = try parseConfig(
      """
      orchestrate:
        hooks:
          mode: run
          branches: [main, "feature/*"]
          statuses: [ready, In Progress]
          types: [fix, Refactor]
          delay: 2m
      """
    ).hooks
    #expect(
      rules
        == HookRules(
          mode: .run, branches: [Glob("main"), Glob("feature/*")],
          statuses: [TaskStatus("ready"), TaskStatus("in_progress")], types: [.fix, .refactor],
          delayInSeconds: 120))
  }

  @Test func `a mode may stand alone, and without any a task is routed`() throws {
    #expect(try parseConfig("orchestrate:\n  hooks: queue\n").hooks == HookRules(mode: .queue))
    #expect(try parseConfig("orchestrate:\n  timeout: 5m\n").hooks == HookRules(mode: .route))
    #expect(try parseConfig("orchestrate:\n  hooks: {delay: 1s}\n").hooks == HookRules(delayInSeconds: 1))
  }

  @Test(arguments: [
    ("{mode: start}", "2:17", "the mode of the hooks must be route, queue or run, not 'start'"),
    (
      "{types: [code]}", "2:18",
      "'types' must be of design, implement, review, refactor, fix, docs, test, not a list"
    ),
    ("{delay: soon}", "2:18", "'delay' must be a time from a second to a week, not 'soon'"),
    ("{branch: main}", "2:11", "hooks has no key 'branch'"),
    ("off", "2:10", "the mode of the hooks must be route, queue or run, not 'off'"),
  ])
  func `what is no rule is refused where it stands`(text: String, place: String, message: String) {
    do {
      _ = try parseConfig("orchestrate:\n  hooks: \(text)\n")
      Issue.record("it was read")
    } catch {
      #expect(error.message == message)
      #expect(error.location?.description == "config.yaml:\(place)")
    }
  }
}
