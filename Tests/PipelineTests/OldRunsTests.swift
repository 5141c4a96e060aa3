import Ledger
import PairCore
import TestSupport
import Testing

@testable import Pipeline

@Suite struct OldRunsTests {
  private let scratch: ScratchRepository
  private let now = Timestamp(secondsSince1970: 1_800_000_000)
  private let runs = ".git/paircoder/runs/"

  init() throws {
    scratch = try ScratchRepository()
    for name in [run(40), run(29), run(50), "20200101-notes.old"] {
      try scratch.write("\(runs)\(name)/1-recipe/transcript.jsonl", "{}\n")
    }
  }

  /// The id of a run that began as many days ago.
  private func run(_ days: Int64) -> String {
    RunID(start: Timestamp(secondsSince1970: now.secondsSince1970 - days * 86_400), random: 1).text
  }

  private func workspace() throws -> Workspace {
    try Workspace(ProcessContext.of(scratch, now: now))
  }

  @Test func `the files of old runs go, but of those that are under way`() throws {
    let log = TaskLog(try TaskID("T-1"))
    let user = try workspace().requireUser()
    try log.append(to: workspace().repository, by: user) { _ in
      var details = TaskEvent.Details()
      details.run = RunID(run(50))
      return TaskEvent(.started, log.task, "It started", details)
    }
    let old = try RunFolders(workspace()).old()
    #expect(old.count == 1)
    #expect(old.sizeInBytes > 0)
    try RunFolders(workspace()).remove(old)
    #expect(scratch.read("\(runs)\(run(40))/1-recipe/transcript.jsonl") == nil)
    for name in [run(29), run(50), "20200101-notes.old"] {
      #expect(scratch.read("\(runs)\(name)/1-recipe/transcript.jsonl") != nil)
    }
    #expect(try RunFolders(workspace()).old().count == 0)
  }

  @Test func `files of runs that take much room are told`() throws {
    var found: [Diagnosis] = []
    try RepositoryDiagnosis(workspace()).diagnoseRuns(&found)
    #expect(found.isEmpty)
    try RepositoryDiagnosis(workspace()).diagnoseRuns(&found, limitInBytes: 1)
    #expect(found.map(\.level) == [.note])
    #expect(found.first?.remedy?.hasSuffix("are older than 30 days: bpsai-pair worktree clean") == true)
  }
}
