import Git
import PairCore
import TaskFiles
import Testing
import TestSupport

@testable import Pipeline

/// What a hook makes of the tasks that a commit changed.
@Suite(.serialized) struct CommitWatcherTests {
  private func story(_ hooks: String = "route", _ more: [String: String] = [:]) throws -> Story {
    let story = try Story(
      "status: pending\n---\n\nGreet.\n",
      [Workspace.configPath: "orchestrate:\n  hooks: \(hooks)\n"].merging(more) { $1 },
      programs: ["claude"])
    try CommitWatcher(story.workspace).start()
    return story
  }

  /// Commits a text of T-1 and tells the hook.
  private func commit(
    _ text: String?, in story: Story, _ hook: HookName = .postCommit
  ) throws -> HookReport {
    let path = Story.path("T-1")
    if let text {
      try story.scratch.write(path, text)
    } else {
      try story.scratch.git(["rm", "--quiet", path])
    }
    try story.scratch.commit()
    return try CommitWatcher(story.another()).afterHook(hook, [])
  }

  private let changed = "---\nid: T-1\nstatus: pending\n---\n\nGreet more.\n"

  @Test func `what was there when the hooks were installed is no news`() throws {
    let story = try story()
    #expect(try CommitWatcher(story.workspace).afterHook(.postCommit, []).line == nil)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `a changed task is routed, once for each text`() throws {
    let story = try story()
    let report = try commit(changed, in: story)
    #expect(report.line?.hasPrefix("T-1 → claude-code (") == true)
    #expect(report.line?.hasSuffix(": bpsai-pair orchestrate --task T-1") == true)
    #expect(!report.hasQueued)
    #expect(try story.kinds == [.routed])
    #expect(try story.state.agent == .claudeCode)
    #expect(try story.record.file("decision.json") != nil)
    #expect(try CommitWatcher(story.another()).afterHook(.postCommit, []).items.isEmpty)
    // Back and forth: that text has been told.
    _ = try commit(story.task.text, in: story)
    _ = try commit(changed, in: story)
    #expect(try story.kinds.count { $0 == .routed } <= 2)
  }

  @Test func `where the rules say so it is queued from its commit, and leaves with its file`() throws {
    let story = try story("queue")
    let report = try commit(changed, in: story)
    #expect(report.hasQueued)
    let head = try #require(try story.repository.head().commit)
    #expect(try story.state.queued?.commit == head)
    #expect(try story.state.queued?.branch == BranchName("main"))
    let gone = try commit(nil, in: story)
    #expect(gone.line == "T-1 left the queue: its file was deleted")
    #expect(try story.kinds == [.queued, .dequeued])
  }

  @Test(arguments: [
    ("{mode: queue, branches: [release/*]}", "pending"), ("{mode: queue, types: [docs]}", "pending"),
    ("queue", "draft"), ("{mode: queue, statuses: [ready]}", "pending"),
  ])
  func `what the rules do not concern is left alone`(hooks: String, status: String) throws {
    let story = try story(hooks)
    let report = try commit("---\nid: T-1\nstatus: \(status)\ntype: fix\n---\nFix it.\n", in: story)
    #expect(report.line == nil)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `a task whose file is invalid is told, and is nobody's`() throws {
    let story = try story()
    let report = try commit("---\nid: T-1\nstatus: [\n---\n", in: story)
    #expect(report.faults.count == 1)
    #expect(report.line?.hasPrefix(Story.path("T-1")) == true)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `commits of a run, and on a result's branch, are not looked at`() throws {
    let story = try story()
    try story.scratch.write(Story.path("T-1"), changed)
    try story.scratch.commit()
    let inRun = try Workspace(.of(story.scratch, ["PAIRCODER_RUN": "x"]))
    #expect(try CommitWatcher(inRun).afterHook(.postCommit, []).line == nil)
    try story.scratch.git(["checkout", "--quiet", "-b", "paircoder/T-1"])
    #expect(try CommitWatcher(story.another()).afterHook(.postCommit, []).line == nil)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `an agent's text is not routed to an agent`() throws {
    let story = try story()
    try story.scratch.write(Story.path("T-1"), changed)
    try story.scratch.commit("Work\n\nPairCoder-Run: x")
    #expect(try CommitWatcher(story.another()).afterHook(.postCommit, []).line == nil)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `a task that is only moved is not routed again`() throws {
    let story = try story()
    try story.scratch.git(["mv", Story.path("T-1"), ".paircoder/tasks/moved.task.md"])
    try story.scratch.commit()
    #expect(try CommitWatcher(story.another()).afterHook(.postCommit, []).line == nil)
    #expect(try story.kinds.isEmpty)
  }

  // git -c user.name=… tells its hooks no name that we could read.
  @Test func `what a hook could not record is taken up by the next one`() throws {
    let story = try story()
    try story.scratch.write(Story.path("T-1"), changed)
    try story.scratch.commit()
    let home = ["HOME": story.scratch.scratch.path + "/nobody", "GIT_CONFIG_GLOBAL": "/dev/null"]
    let nobody = try Workspace(.of(story.scratch, home))
    let error = failure { try CommitWatcher(nobody).afterHook(.postCommit, []) }
    #expect(error?.message == "git does not know who you are")
    #expect(try story.kinds.isEmpty)
    #expect(try CommitWatcher(story.another()).afterHook(.postCommit, []).items.map(\.task) == [story.id])
  }

  @Test func `in the middle of a rebase nothing is said`() throws {
    let story = try story()
    try story.scratch.write(".git/rebase-merge/head-name", "refs/heads/main\n")
    #expect(try commit(changed, in: story).line == nil)
    #expect(try story.kinds.isEmpty)
  }

  @Test func `no worker starts without a daily limit and an agreement`() throws {
    func blocker(_ config: String, _ approve: Bool = false) throws -> WorkerBlocker? {
      let story = try Story("---\n", [Workspace.configPath: "orchestrate:\n  \(config)\n"])
      if approve {
        try Approvals(of: story.workspace).add(story.workspace.settings().config.consent)
      }
      return try WorkerBlocker(at: story.base, in: story.workspace)
    }
    #expect(try blocker("hooks: queue") == .otherMode)
    #expect(try blocker("hooks: run") == .noDailyLimit)
    #expect(try blocker("hooks: run\n  budget: {daily: 5}") == .noConsent)
    #expect(try blocker("hooks: run\n  budget: {daily: 5}", true) == nil)
  }
}
