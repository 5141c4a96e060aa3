import ArgumentParser
import PairCore
import Pipeline

struct Handoff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand a task's result, or what a failed run left of it, over to another agent.",
    discussion: """
      The agent goes on with that work, and reads a note on what the last one did and what remains. What it \
      makes of it replaces the result; the old one stays under refs/paircoder/snapshots/.
      """)

  @Argument(help: ArgumentHelp("The task.", valueName: "id")) var task: String
  @Option(help: ArgumentHelp("The agent that goes on.", valueName: "agent")) var to: String
  @Option(help: ArgumentHelp("What you want to tell it.", valueName: "text")) var note: String?
  @Flag(help: "Print the answer as JSON.") var json = false

  func validate() throws {
    if let note, note.utf8.count > HandoffNote.wordsLimitInBytes {
      throw ValidationError(
        "--note takes up to \(HandoffNote.wordsLimitInBytes) bytes, and this is \(note.utf8.count).")
    }
  }

  func run() async throws {
    let workspace = try Workspace.ofProcess()
    let id = try workspace.requireTask(task)
    let result = try await Orchestrator(workspace).handoff(id, to: to, words: note)
    try Terminal.show(result, json: json)
  }
}
