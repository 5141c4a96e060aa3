import Git
import Ledger
import PairCore
import TaskFiles

/// What the task files of a commit say.
struct DoneTasks {
  let commit: ObjectID
  private let library: TaskLibrary

  init(at commit: ObjectID, _ library: TaskLibrary) {
    self.commit = commit
    self.library = library
  }

  func contain(_ task: TaskID) -> Bool {
    // A file that cannot be used says nothing of the sort.
    (try? library.task(task))?.isFinished == true
  }
}

extension Orchestrator {
  /// How far the workflow of a task is whose result is only that of some steps; nil where it is whole, or there is
  /// none.
  func standingOfPass(of state: TaskState, log: TaskLog) throws -> MergeCandidate.Status? {
    guard state.result?.isPartial == true else { return nil }
    let progress = WorkflowProgress(try log.entries(in: repository).compactMap(\.event))
    if let bytes = try log.file("workflow.json", in: repository) {
      let workflow = try Record.read(Workflow.self, from: bytes)
      switch workflow.move(after: progress) {
      case .run(let step, let round):
        let place = "the step '\(step.id)' of the workflow \(workflow.name)"
        guard let failure = progress.failure(of: step, round: round) else {
          return .unfinished("it is at \(place)")
        }
        return .unfinished("\(place) failed (\(failure.rawValue))")
      case .findingsLeft(let review):
        return .blocked(state.blocked ?? "the review '\(review.id)' blocks it")
      case .finish: break
      }
    }
    return .unfinished("its workflow has not come to its end")
  }

  /// Whether the steps that `task` has come to so far make a result anew that was sent back, and nothing but an
  /// interruption kept them from their end.
  func isMadeAnew(_ task: AgentTask, _ state: TaskState, _ log: TaskLog) throws -> Bool {
    guard let rejection = state.rejection else { return false }
    let order: WorkflowSpec
    do {
      order = try workflowSpec(making: task, log)
    } catch let error as PairError where error.kind != .internal {
      // Its workflow is gone, or cannot be read any more.
      return false
    }
    let progress = try progress(of: order)
    return progress.origin == rejection.start && order.workflow.isInterrupted(after: progress)
  }

  /// Whether the work that `result` holds is done by the task files in `done`, though the commit itself need not be
  /// there: it was squashed, rebased or picked.
  func isDone(_ task: TaskID, _ result: TaskState.Result?, in done: DoneTasks) throws -> Bool {
    guard done.contain(task), let result else { return false }
    if try repository.isReachable(result.commit, from: done.commit) { return false }
    // What was done before the run began was run again, and says nothing of what that made.
    guard let origin = result.base, try repository.exists(origin) else { return true }
    return try !DoneTasks(at: origin, library(at: origin)).contain(task)
  }
}
