import ArgumentParser
import Git
import Host
import PairCore
import Pipeline

/// What the hook scripts call. It never fails a commit: whatever goes wrong is one line.
struct Hook: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Called by git's hooks.", shouldDisplay: false)

  @Argument(transform: HookName.named) var name: HookName
  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  /// A line for each ref that a push moves.
  private static let inputLimitInBytes = 64 << 20

  func run() {
    do {
      let process = try ProcessContext.ofProcess()
      if process.environment["BPSAI_PAIR_SKIP"] == "1" { return }
      if let probe = process.environment[HookProbe.variable] {
        return try HookProbe(probe).record(name, in: process.folder, effects: process.effects)
      }
      let watcher = CommitWatcher(try Workspace(process))
      var report: HookReport
      if name == .postReceive {
        let lines = try Files.readStandardInput(atMost: Hook.inputLimitInBytes)
        report = try watcher.afterReceive(String(decoding: lines, as: UTF8.self))
      } else {
        report = try watcher.afterHook(name, arguments)
      }
      try watcher.startWorker(&report)
      if let line = report.line { say(line) }
    } catch let error as PairError {
      let hint = error.hint.map { " (\($0))" } ?? ""
      say("\(error.located)\(hint)")
    } catch let error as GitError {
      say(error.message)
    } catch {
      say("\(error)")
    }
  }

  private func say(_ line: String) {
    Terminal.say("bpsai-pair: \(line.onOneLine.escapedForTerminal(limit: 1_000))")
  }
}

extension HookName {
  fileprivate static func named(_ text: String) throws -> HookName {
    guard let hook = HookName(rawValue: text) else {
      throw ValidationError("We answer no hook called '\(text.escapedForTerminal(limit: 40))'.")
    }
    return hook
  }
}
