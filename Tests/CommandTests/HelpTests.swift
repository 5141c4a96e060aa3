import TestSupport
import Testing

@testable import bpsai_pair
import PairCore

@Suite struct HelpTests {
  @Test(arguments: [
    [], ["init"], ["orchestrate"], ["status"], ["log"], ["review"], ["handoff"], ["discard"], ["agents"],
    ["trust"], ["sandbox"], ["sandbox", "test"],
    ["hooks"],
    ["hooks", "install"], ["hooks", "uninstall"], ["hook"],
  ])
  func `every command explains itself`(command: [String]) throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, command + ["--help"], in: scratch.path, environment: scratch.environment)
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: " + (["bpsai-pair"] + command).joined(separator: " ")))
    #expect(run.errors == "")
  }

  @Test func `the verbs stand in groups, and those for programs in none`() throws {
    let scratch = try ScratchFolder()
    let help = try Invocation.run(
      Pair.program, ["--help"], in: scratch.path, environment: scratch.environment
    ).output
    let heads = help.split(separator: "\n").filter { $0.hasSuffix(":") && !$0.hasPrefix(" ") }
    #expect(
      heads == [
        "First steps:", "OPTIONS:", "TASKS:", "STEERING A RUN:", "RESULTS:", "THIS MACHINE AND PROJECT:",
      ])
    #expect(help.contains("\n  orchestrate  ") && !help.contains("\n  hook  "))
    #expect(help.contains("\n  See 'bpsai-pair help <subcommand>'"))
    let trust = try Invocation.run(
      Pair.program, ["trust", "--help"], in: scratch.path, environment: scratch.environment
    ).output
    #expect(trust.contains("'setup'") && trust.contains("set-up commands"))
  }

  @Test func `only what runs tasks says after an interrupt how to go on`() {
    let talking: [Any.Type] = [Orchestrate.self, Resume.self, Retry.self, Handoff.self]
    #expect(talking.allSatisfy { $0 is any RunningTasks.Type })
    let silent: [Any.Type] = [Cancel.self, ReviewTask.self, WorktreeClean.self, Trust.self]
    #expect(!silent.contains { $0 is any RunningTasks.Type })
  }

  @Test func `the version is one line`() throws {
    let scratch = try ScratchFolder()
    let run = try Invocation.run(
      Pair.program, ["--version"], in: scratch.path, environment: scratch.environment)
    #expect(run.status == 0)
    #expect(run.output == BpsaiPair.version + "\n")
  }

  @Test(
    arguments: [
      (.failed, 1), (.usage, 64), (.invalidInput, 65), (.noAgent, 69), (.internal, 70), (.tryLater, 75),
      (.notApproved, 77), (.unsupported, 78),
    ] as [(PairError.Kind, Int32)])
  func `each kind of error has its status`(kind: PairError.Kind, status: Int32) {
    #expect(ExitStatus.of(kind) == status)
  }

  @Test func `no kind of error shares a status with another`() {
    #expect(Set(PairError.Kind.allCases.map(ExitStatus.of)).count == PairError.Kind.allCases.count)
  }
}
