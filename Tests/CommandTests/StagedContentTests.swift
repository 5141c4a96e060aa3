import TestSupport
import Testing

@Suite struct StagedContentTests {
  @Test func `what an agent staged and then overwrote is kept`() throws {
    let repository = try ScratchRepository.with(
      TaskText("TASK-1", recipe: "echo staged > a.txt; git add a.txt; echo later > a.txt; exit 1"))
    try repository.pair("trust", "TASK-1", touching: .nothing)
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 1)
    let ref = try #require(try repository.snapshots(of: "TASK-1").first)
    #expect(try repository.text(of: "files/a.txt", at: ref) == "later")
    #expect(try repository.text(of: "staged/a.txt", at: ref) == "staged")
  }
}
