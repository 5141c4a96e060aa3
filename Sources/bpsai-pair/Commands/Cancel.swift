import ArgumentParser
import PairCore
import Pipeline

struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop a task's run, review or checks, or take it out of the queue; what a run did is kept.")

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    switch try await CancelRun(workspace).cancel(id) {
    case .takenOutOfQueue: Terminal.print("\(id): taken out of the queue")
    case .wasDead: Terminal.print("\(id): its run had died already; its claim is free")
    case .ended(let how): Terminal.print("It had ended before: \(how)")
    case .reviewStopped: Terminal.print("\(id): its review is stopped; its result is as it was")
    case .integrationStopped: Terminal.print("\(id): the integration that checked its result is stopped")
    case .stopped(nil): Terminal.print("\(id): stopped; it had left nothing to keep")
    case .stopped(let snapshot?):
      Terminal.print("\(id): stopped; what it did is kept in \(snapshot)")
      Terminal.print("  go on with it   bpsai-pair resume \(id)")
      Terminal.print("  start over      bpsai-pair retry \(id)")
    }
  }
}
