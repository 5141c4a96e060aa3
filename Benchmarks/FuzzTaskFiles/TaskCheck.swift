import PairCore
import TaskFiles

/// The rules that hold for every task file.
struct TaskCheck {
  let bytes: [UInt8]

  private static let blob = ObjectID("0123456789abcdef0123456789abcdef01234567")!

  func run() throws {
    _ = TaskFile.id(peekedFrom: bytes)
    let done = TaskFile.settingStatus(in: bytes, to: .done)
    let task = try parse(bytes)
    try checkValues(of: task)
    try require(try parse(bytes) == task, "the same text is the same task")
    if let done {
      try require(TaskFile.settingStatus(in: done, to: .done) == done, "a status that is set is left alone")
      try checkDone(try parseDone(done), against: task)
    }
  }

  private func parse(_ bytes: [UInt8]) throws(PairError) -> AgentTask {
    try TaskFile.parse(bytes, path: "tasks/a.task.md", blob: TaskCheck.blob)
  }

  private func parseDone(_ done: [UInt8]) throws -> AgentTask {
    do {
      return try parse(done)
    } catch {
      throw Broken(rule: "with its status set the task no longer parses: \(error.message)")
    }
  }

  private func checkValues(of task: AgentTask) throws {
    try require((try? TaskID(task.id.text)) == task.id, "the id is valid")
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    try require(task.text.utf8.elementsEqual(bytes.dropFirst(mark)), "the text is the file")
    try require((0...100).contains(task.metadata.complexity ?? 0), "the complexity is from 0 to 100")
    try require(
      !task.metadata.dependsOn.contains { $0.lowercased() == task.id.folded }, "no task waits for itself")
    let paths = task.declaredFiles + task.mentionedPaths
    if let path = paths.first(where: { !$0.staysInRepository }) {
      throw Broken(rule: "'\(path)' leaves the repository")
    }
    try require(Set(paths).count == paths.count, "a path is listed once")
    var last = 0
    let lines = bytes.lineCount
    for section in task.sections {
      try require((1...6).contains(section.level), "a heading has a level from 1 to 6")
      try require(
        section.line > last && section.line <= lines,
        "section '\(section.heading)' is in line \(section.line) of \(lines), after \(last)")
      last = section.line
    }
  }

  private func checkDone(_ done: AgentTask, against task: AgentTask) throws {
    try require(done.metadata.status == .done, "the status is set")
    try require(
      done.id == task.id && done.title == task.title, "setting the status leaves id and title alone")
    var (before, after) = (task.metadata, done.metadata)
    (before.status, after.status) = (nil, nil)
    try require(before == after, "setting the status leaves the other fields alone")
    try require(done.recipe == task.recipe, "setting the status leaves the recipe alone")
    try require(
      done.sections.map(\.heading) == task.sections.map(\.heading)
        && done.sections.map(\.level) == task.sections.map(\.level),
      "setting the status leaves the headings alone")
    try require(
      done.acceptanceCriteria.map(\.isTicked) == task.acceptanceCriteria.map(\.isTicked),
      "setting the status ticks nothing")
    // A status in bullets is a part of the Markdown: a path could stand there.
    if task.metadata.format == .bullets { return }
    try require(
      done.sections.map(\.body) == task.sections.map(\.body), "setting the status leaves the body alone")
    try require(
      done.declaredFiles == task.declaredFiles && done.mentionedPaths == task.mentionedPaths
        && done.acceptanceCriteria == task.acceptanceCriteria,
      "setting the status leaves files and criteria alone")
  }
}
