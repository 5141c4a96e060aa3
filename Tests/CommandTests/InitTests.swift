import Foundation
import TestSupport
import Testing

@Suite struct InitTests {
  private let files = [".paircoder/capabilities.yaml", ".paircoder/config.yaml", ".paircoder/tasks/.gitkeep"]

  @Test func `it writes its files and says what comes next`() throws {
    let repository = try ScratchRepository()
    let run = try repository.pair("init", touching: .theUsersFiles)
    #expect(run.output.hasPrefix(files.map { "wrote  \($0)\n" }.joined() + "\nNext:\n"))
    #expect(run.output.contains("bpsai-pair orchestrate --task TASK-1 --dry-run"))
    for file in files { #expect(repository.read(file) != nil) }
  }

  @Test func `it overwrites nothing`() throws {
    let repository = try ScratchRepository()
    try repository.write(".paircoder/config.yaml", "mine: true\n")
    let run = try repository.pair("init", touching: .theUsersFiles)
    #expect(run.output.contains("kept   .paircoder/config.yaml\n"))
    #expect(repository.read(".paircoder/config.yaml") == "mine: true\n")
  }

  @Test func `a second time it keeps all and changes nothing`() throws {
    let repository = try ScratchRepository()
    try repository.pair("init", touching: .theUsersFiles)
    let run = try repository.pair("init", touching: .nothing)
    #expect(run.output.hasPrefix(files.map { "kept   \($0)\n" }.joined()))
  }

  @Test func `what it wrote is valid, and leaves every agent as it is built in`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", body: "Greet."))
    let before = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", ends: 69)
    try repository.pair("init", touching: .theUsersFiles)
    let after = try repository.pair("orchestrate", "--task", "TASK-1", "--dry-run", ends: 69)
    #expect(after.output == before.output)
  }
}
