import PairCore
import Testing

@testable import Pipeline

/// What a person is told to type for a task that is not on the plan's branch.
@Suite struct IntegrationHintTests {
  private let one = ObjectID(String(repeating: "1", count: 40))!
  private let task: TaskID

  init() throws { task = try TaskID("TASK-1") }

  private func hint(
    _ mergeStatus: Integration.MergeStatus, byWorkflow: Bool = false, mayReturn: Bool = true,
    isForecast: Bool = false,
    name: String = "sprint-6", revision: String? = nil
  ) -> String? {
    let part = Integration.Part(
      task, result: one, mergeStatus, isByWorkflow: byWorkflow, mayReturn: mayReturn)
    return IntegrationReport(
      description: "", name: name, revision: revision, base: .init(task: nil, name: "main", commit: one),
      integration: Integration(plan: PlanID(name), base: one, parts: [part], tip: one), before: nil,
      redone: [], faults: [], remote: nil, isForecast: isForecast, isRewritten: false, isLeftBehind: false
    ).hint(for: part)
  }

  private let conflict = Integration.MergeStatus.takenOut(.conflict(paths: [], with: []))

  @Test func `each merge status has its next command`() throws {
    #expect(hint(.missing) == "run it: bpsai-pair orchestrate --plan sprint-6")
    #expect(hint(.unfinished("")) == "go on: bpsai-pair resume TASK-1")
    #expect(
      hint(.blocked("")) == "all steps once more: bpsai-pair orchestrate --task TASK-1 --again --base main")
    #expect(hint(.notTried) == "go on: bpsai-pair integrate --plan sprint-6")
    #expect(hint(.begun("")) == "go on: bpsai-pair integrate --plan sprint-6")
    #expect(hint(conflict) == "try once more: bpsai-pair integrate --plan sprint-6")
    #expect(hint(conflict, byWorkflow: true) == hint(.blocked("")))
    #expect(hint(conflict, mayReturn: false) == "have it made anew once more: bpsai-pair retry TASK-1")
    #expect(hint(conflict, byWorkflow: true, mayReturn: false) == hint(.blocked("")))
    #expect(
      hint(.takenOut(.impossible("no")))
        == "merge paircoder/TASK-1 by hand, or drop it: bpsai-pair discard TASK-1")
    for mergeStatus in [Integration.MergeStatus.merged(one), .contained, .done, .takenOut(.buildsOn(task))] {
      #expect(hint(mergeStatus) == nil)
    }
  }

  @Test func `a forecast leaves out what the integration itself will do`() {
    for mergeStatus in [Integration.MergeStatus.begun(""), conflict] {
      #expect(hint(mergeStatus, isForecast: true) == nil)
    }
    #expect(hint(conflict, mayReturn: false, isForecast: true) == hint(conflict, mayReturn: false))
    #expect(hint(.unfinished(""), isForecast: true) == hint(.unfinished("")))
  }

  @Test func `a command can be typed as it stands`() {
    #expect(
      hint(.missing, name: "Release 1's", revision: "v1~2")
        == #"run it: bpsai-pair orchestrate --plan 'Release 1'\''s' --base 'v1~2'"#)
  }
}
