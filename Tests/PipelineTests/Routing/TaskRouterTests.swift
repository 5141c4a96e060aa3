import Git
import PairCore
import TaskFiles
import Testing

@testable import Pipeline

@Suite(.serialized) struct TaskRouterTests {
  private func story(_ head: String = "type: feature\n", _ files: [String: String] = [:]) throws -> Story {
    try Story(head + "---\n\n## Files to Modify\n\n- a.txt\n", files, programs: ["claude", "codex"])
  }

  @Test func `the inputs of a decision are what the request, the task and the files say`() throws {
    let story = try story("type: feature\nagent: codex\n", ["a.txt": "Hello\n"])
    let router = TaskRouter(story.workspace)
    var context = try router.context(RunRequest(preferred: "claude", maxCostInUSD: 2))
    let inputs = try router.inputs(for: story.task, in: &context)
    #expect(inputs.base == story.base)
    #expect(inputs.scope.existing.map(\.path) == ["a.txt"])
    #expect(inputs.recipe == .none)
    #expect(inputs.preferred == .claudeCode)
    #expect(inputs.forced == nil)
    #expect(inputs.allowed == [.codexCLI])
    #expect(inputs.maxCostInUSD == 2)
    #expect(inputs.decidedAt == story.clock.now)
    #expect(inputs.files == RoutingInputs.Files())
    let states = Dictionary(uniqueKeysWithValues: inputs.agents.map { ($0.name, $0.state) })
    #expect(states == [.claudeCode: .installed, .codexCLI: .installed, .cursor: .notInstalled])
  }

  @Test(arguments: ["nobody", "clod"])
  func `an agent that is not known cannot be asked for`(name: String) throws {
    let story = try story()
    let router = TaskRouter(story.workspace)
    #expect(failure { try router.context(RunRequest(preferred: name)) }?.kind == .usage)
    #expect(failure { try router.context(RunRequest(forced: name)) }?.kind == .usage)
  }

  @Test func `an agent that the task's file names wrongly is told with the file`() throws {
    let story = try story("type: feature\nagent: clod\n")
    let error = failure { try TaskRouter(story.workspace).decide(story.task) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.location?.file == Story.path("T-1"))
    #expect(error?.message.hasPrefix("the task's 'agent' key: ") == true)
  }

  @Test func `a recipe is for an approval to let run`() throws {
    let story = try Story("---\n\n```sh recipe\nmake\n```\n")
    let router = TaskRouter(story.workspace)
    #expect(failure { try router.assign(router.decide(story.task)) }?.kind == .notApproved)
    try Approvals(of: story.workspace).add(#require(story.task.recipe))
    let assignment = try router.assign(router.decide(story.task))
    #expect(assignment.agent == .recipe)
    #expect(assignment.prompt == story.task.recipe)
    #expect(assignment.estimatedTokens == 0)
    #expect(assignment.estimatedCostInUSD == 0)
  }

  @Test func `a command out of the repository is for an approval to let run`() throws {
    let story = try Story(
      "---\n",
      [
        Workspace.capabilitiesPath: """
        agents:
          own: {command: [own-agent, "{prompt}"], context_limit: 9000, cost_per_1k_tokens: 0.01}

        """
      ],
      programs: ["own-agent"])
    let router = TaskRouter(story.workspace)
    let profiles = try story.workspace.settings().capabilities.profiles
    let own = try #require(profiles.first { $0.command != nil })
    #expect(try router.presence(of: [own]).map(\.state) == [.commandNotApproved])
    try Approvals(of: story.workspace).add(#require(own.command).text)
    #expect(try router.presence(of: [own]).map(\.state) == [.installed])
  }

  @Test func `an assignment is the decision's, or its recipient's`() throws {
    let story = try story()
    let router = TaskRouter(story.workspace)
    let routed = try router.decide(story.task)
    let assignment = try router.assign(routed, RunRequest(maxCostInUSD: 1))
    #expect(assignment.agent == routed.decision.agent)
    #expect(assignment.base == story.base)
    #expect(assignment.configuration == story.base)
    #expect(assignment.branch == .result(of: story.id))
    #expect(assignment.maxCostInUSD == 1)
    #expect(assignment.estimatedCostInUSD == routed.decision.chosen?.estimatedCostInUSD)

    let commit = try story.commit()
    var request = RunRequest()
    request.base = commit.hex
    request.configuration = story.base
    let continues = Continuation(agent: .claudeCode, origin: story.base, snapshot: nil)
    let next = try router.assign(
      routed, request, to: .init(agent: .codexCLI, run: story.run(7), continues: continues))
    #expect(next.agent == .codexCLI)
    #expect(next.run == story.run(7))
    #expect(next.base == commit)
    #expect(next.configuration == story.base)
    #expect(next.origin == story.base)
    #expect(
      next.estimatedCostInUSD
        == routed.decision.ranking.first { $0.agent == .codexCLI }?.estimatedCostInUSD)
  }

  @Test func `a decision that no agent can take makes no assignment`() throws {
    let story = try Story()
    let router = TaskRouter(story.workspace)
    let error = failure { try router.assign(router.decide(story.task)) }
    #expect(error?.kind == .noAgent)
    #expect(error?.message.contains("claude-code") == true)
  }

  @Test func `a decision knows the log's last entry of that time`() throws {
    let story = try story()
    let router = TaskRouter(story.workspace)
    #expect(try router.decide(story.task).logTip == nil)
    let entry = try story.say(.queued)
    #expect(try router.decide(story.task).logTip == entry)
  }

  @Test func `results are merged into what was asked for, whatever base a run gets later`() {
    var request = RunRequest(base: "main")
    request.base = "other"
    #expect(request.target == "main")
    #expect(RunRequest().target == nil)
  }

  @Test(arguments: ["nonsense", "main..none"])
  func `what is no range of commits is refused`(range: String) async throws {
    let story = try story()
    let router = TaskRouter(story.workspace)
    #expect(await failure(awaiting: { try await router.survey(.changed(range)) })?.kind == .usage)
  }

  @Test func `the tasks of a range are those whose files it changed`() async throws {
    let story = try story()
    let other = try story.add("T-2")
    let router = TaskRouter(story.workspace)
    let survey = try await router.survey(.changed("HEAD^..HEAD"))
    #expect(survey.tasks.map(\.id) == [other.id])
    #expect(survey.commit == (try story.repository.head().commit))
    #expect(try await router.survey(.all).tasks.map(\.id) == [story.id, other.id])
    #expect(try await router.survey(.named([other.id])).commit == nil)
    let decisions = try await router.decide(survey)
    #expect(try decisions.map { try $0.get().inputs.task.id } == [other.id])
  }

  @Test func `the last decision about a task is read back`() throws {
    let story = try story()
    let router = TaskRouter(story.workspace)
    #expect(failure { try router.recordedDecision(about: story.id) }?.kind == .usage)
    try story.say(.routed, files: ["decision.json": Array("{}".utf8)])
    #expect(try router.recordedDecision(about: TaskID("t-1")) == Array("{}".utf8))
  }
}
