import ArgumentParser
import Host
import PairCore
import Pipeline

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a recorded decision again from its inputs, and compare the two.",
    discussion: """
      A decision is what 'orchestrate --dry-run --json' prints and what a task's log keeps as \
      decision.json. An older one of the log: git show refs/paircoder/tasks/TASK-1~2:decision.json | \
      bpsai-pair route replay -
      """)

  @Argument(
    help: ArgumentHelp("A file, '-' for standard input, or a task with a log.", valueName: "decision"))
  var decision: String

  func run() throws {
    let bytes = try recorded()
    let record = try ReplayedDecision(bytes, from: decision == "-" ? "standard input" : decision)
    Terminal.print(record.sentence)
    if record.differences.isEmpty { return }
    for line in record.differences.prefix(20) { Terminal.print("  \(line)") }
    throw Ended(status: ExitStatus.failed)
  }

  private func recorded() throws -> [UInt8] {
    if decision == "-" { return try Files.readStandardInput(atMost: ReplayedDecision.limitInBytes) }
    let path = decision.hasPrefix("/") ? decision : (Machine.currentFolder ?? ".") + "/" + decision
    if FileInfo.kind(at: path) == .file, let bytes = try Files.read(path) { return bytes }
    guard let id = TaskID(rawValue: decision) else {
      throw PairError(
        .usage, "there is no file '\(decision.escapedForTerminal(limit: 80))', and it is no task's id")
    }
    return try TaskRouter(.ofProcess()).recordedDecision(about: id)
  }
}
