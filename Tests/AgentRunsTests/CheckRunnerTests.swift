import Foundation
import PairCore
import TestSupport
import Testing

@testable import AgentRuns

/// Checks, supervised by the real program.
@Suite struct CheckRunnerTests {
  private static let supervisor = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("bpsai-pair").path
  private static let value = "not-for-the-disk"

  private func run(
    _ command: String, name: String = "unit", in scratch: ScratchFolder, outputInBytes: Int = .max,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws -> CheckResult {
    try scratch.write("out/.keep", "")
    return try await CheckRunner(
      supervisor: Self.supervisor,
      environment: scratch.environment.merging(["SOME_SECRET": Self.value]) { $1 },
      folder: scratch.path + "/out", outputInBytes: outputInBytes, effects: .open, isCancelled: isCancelled
    ).run(Check(name: name, run: command, timeoutInSeconds: 600), in: scratch.path)
  }

  @Test(arguments: [0, 1])
  func `what a check prints is kept without credentials, whether it passes or not`(status: Int) async throws {
    let scratch = try ScratchFolder()
    let result = try await run(
      "echo out \(Self.value); echo err \(Self.value) >&2; exit \(status)", in: scratch)
    #expect(result.passed == (status == 0))
    #expect(!result.detail.contains(Self.value))
    #expect(scratch.read("out/check-unit.log") == "out [SOME_SECRET was here]\n")
    #expect(scratch.read("out/check-unit.stderr") == "err [SOME_SECRET was here]\n")
  }

  @Test(arguments: [false, true])
  func `so is what a check printed that was stopped`(byInterrupt: Bool) async throws {
    let scratch = try ScratchFolder()
    let path = scratch.path
    let running = Task {
      try await run("echo \(Self.value); : > begun; exec sleep 3600", in: scratch) {
        !byInterrupt && FileManager.default.fileExists(atPath: path + "/begun")
      }
    }
    while !scratch.exists("begun") { try await Task.sleep(for: .milliseconds(20)) }
    if byInterrupt { running.cancel() }
    let result = await running.result
    #expect(throws: (any Error).self) { try result.get() }
    #expect(scratch.read("out/check-unit.log") == "[SOME_SECRET was here]\n")
  }

  @Test func `a check that prints without end is stopped`() async throws {
    let scratch = try ScratchFolder()
    let result = try await run(
      "while :; do head -c 100000 /dev/zero; sleep 0.05; done", in: scratch, outputInBytes: 1 << 20)
    #expect(!result.passed)
    #expect(result.detail.hasPrefix("was stopped, since it had printed more than 1 MiB"))
  }

  @Test func `no two checks share a log`() {
    let long = String(repeating: "x", count: 50)
    let names = ["py1", "py2", "a b", "a-b", "a_b", "a/b", "é", "è", "..", long + "1", long + "2", "Py1"]
    let files = names.map(CheckRunner.fileName)
    #expect(Set(files).count == names.count)
    #expect(files.prefix(2) == ["py1", "py2"])
    #expect(files.allSatisfy { !$0.contains("/") && $0.utf8.count < 60 })
  }
}
