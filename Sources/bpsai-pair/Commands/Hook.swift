import ArgumentParser
import Git
import PairCore
import Pipeline

/// What the hook scripts call. It never fails a commit: whatever goes wrong is one line.
struct Hook: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Called by git's hooks.", shouldDisplay: false)

  enum Name: String, ExpressibleByArgument, CaseIterable {
    case postCommit = "post-commit"
  }

  @Argument var name: Name

  func run() {
    do {
      switch name {
      case .postCommit:
        for line in try CommitWatcher(.ofProcess()).afterCommit() { Terminal.say("bpsai-pair: \(line)") }
      }
    } catch let error as PairError {
      Terminal.say("bpsai-pair: \(error.location.map { "\($0): " } ?? "")\(error.message)")
    } catch let error as GitError {
      Terminal.say("bpsai-pair: \(error.message)")
    } catch {
      Terminal.say("bpsai-pair: \(error)")
    }
  }
}
