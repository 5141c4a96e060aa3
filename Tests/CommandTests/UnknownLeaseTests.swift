import Foundation
import TestSupport
import Testing

/// A lease of which the system does not say whether a process holds it.
@Suite struct UnknownLeaseTests {
  /// As with too many open files, the lease cannot be opened; unlike with those, always.
  @Test func `the run of a lease that cannot be asked for is neither ended nor settled`() throws {
    let tasks = [("TASK-1", "STANDIN: wait"), ("TASK-2", "Greet.")].map { id, line in
      TaskText(id, fields: ["type: feature", "complexity: 75"], body: "# Description\n\n\(line)")
    }
    let repository = try ScratchRepository.with(tasks[0], tasks[1])
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: 50}\n")
    try repository.commit()
    try repository.install(standIn: "claude")
    let marker = repository.scratch.path + "/started"
    let run = try repository.startPair(
      "orchestrate", "--task", "TASK-1", "--agent", "claude", environment: ["PAIRCODER_TEST_STARTED": marker])
    try wait { repository.scratch.read("started")?.hasSuffix("\n") == true }
    let written = try #require(repository.scratch.read("started"))
    let agent = try #require(Int32(written.dropLast()))

    let lease = repository.path + "/.git/paircoder/leases/task-1"
    try FileManager.default.moveItem(atPath: lease, toPath: lease + ".away")
    try FileManager.default.createSymbolicLink(atPath: lease, withDestinationPath: lease)
    let other = try repository.pair("orchestrate", "--task", "TASK-2", "--agent", "claude", ends: 70)
    #expect(other.errors.contains("task-1: Too many levels of symbolic links\n"), "\(other)")
    #expect(!other.errors.contains("left-over processes"))
    #expect(kill(agent, 0) == 0)
    try FileManager.default.removeItem(atPath: lease)
    try FileManager.default.moveItem(atPath: lease + ".away", toPath: lease)
    #expect(!(try repository.git(["log", "--format=%s", "refs/paircoder/budget"])).contains("settled"))

    run.send(signal: SIGTERM)
    #expect(try run.wait().status == 143)
    #expect(try repository.logged("Event", of: "TASK-1") == ["claimed", "started", "interrupted"])
  }
}
