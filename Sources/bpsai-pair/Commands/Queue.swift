import ArgumentParser
import PairCore
import Pipeline

struct Queue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put tasks into the queue, or show what is in it.",
    discussion: "'bpsai-pair orchestrate --queued' carries out what is in it.")

  @Argument(help: ArgumentHelp("The tasks; none to show the queue.", valueName: "id")) var tasks: [String] =
    []

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    for task in tasks {
      let (id, isNew) = try await TaskQueue(workspace).enqueue(TaskID(task))
      Terminal.print(isNew ? "\(id): queued" : "\(id): is in the queue already")
    }
    guard tasks.isEmpty else { return }
    let queue = try TaskQueue(workspace).waiting()
    if queue.isEmpty { Terminal.say("The queue is empty.") }
    for waiting in queue {
      let from = waiting.base.map { "  (from \($0.short))" } ?? ""
      Terminal.print("\(waiting.task.id)  \(waiting.task.title.escapedForTerminal())\(from)")
    }
  }
}
