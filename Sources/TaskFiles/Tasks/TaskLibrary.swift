import Host
package import Git
package import PairCore
import Synchronization

/// The task files of a working tree or of a commit.
package struct TaskLibrary: Sendable {
  /// One task file, not yet parsed.
  package struct File: Hashable, Sendable {
    package let path: String
    package let bytes: [UInt8]
    package let blob: ObjectID
    /// The id that a quick look finds; the parse has the last word.
    package let id: String?
  }

  /// Every Markdown file below the task folder that is a task, in the order of the paths.
  package let files: [File]
  /// Those of them that cannot be read.
  private let unreadable: [Fault]
  private let known = Known()

  package init(files: [(path: String, bytes: [UInt8])]) { self.init(files, unreadable: []) }

  private init(_ files: [(path: String, bytes: [UInt8])], unreadable: [(path: String, error: PairError)]) {
    self.unreadable = unreadable.map { path, error in
      let file = File(path: path, bytes: [], blob: .ofBlob([]), id: nil)
      return Fault(id: file.stem.lowercased(), isArchived: file.isArchived, error: error)
    }
    self.files = files.compactMap { path, bytes in
      let id = TaskFile.id(peekedFrom: bytes)
      // A README among the tasks is no task; a file that calls itself one is, and its faults are told.
      guard id != nil || path.hasSuffix(".task.md") else { return nil }
      return File(path: path, bytes: bytes, blob: .ofBlob(bytes), id: id)
    }
  }

  /// Reads the files below `folder` of the working tree at `top`. Links are not followed.
  package init(workingTree top: String, folder: String) throws {
    var found: [(path: String, bytes: [UInt8])] = []
    var unreadable: [(path: String, error: PairError)] = []
    var waiting = [folder]
    while let next = waiting.popLast() {
      for (name, kind) in try DirectoryWalk.list(top + "/" + next) {
        let path = next + "/" + name
        if kind == .folder { waiting.append(path) }
        guard kind == .file, name.hasSuffix(".md") else { continue }
        do {
          let bytes = try Files.read(top + "/" + path, limitInBytes: TaskLibrary.fileLimitInBytes)
          if let bytes { found.append((path, bytes)) }
        } catch {
          // It may be no task; whoever may not read it cannot know, and the others are not to suffer for it.
          unreadable.append((path, PairError(.invalidInput, error.message, at: SourceLocation(file: path))))
        }
      }
    }
    self.init(found.sorted { $0.path < $1.path }, unreadable: unreadable)
  }

  /// More is no task that a person wrote.
  static let fileLimitInBytes = 16 << 20

  /// Reads the files below `folder` of `commit`.
  package init(commit: ObjectID, folder: String, in repository: borrowing Repository) throws {
    let tree = try repository.tree(of: commit)
    var found: [(path: String, bytes: [UInt8])] = []
    for entry in try repository.files(in: tree, below: folder)
    where entry.path.hasSuffix(".md") && (entry.mode == .file || entry.mode == .executable) {
      found.append((entry.path, try repository.blob(entry.id)))
    }
    self.init(files: found)
  }

  /// The task called `id`. A copy in an archive gives way to a live file.
  ///
  /// - Throws: `PairError` of kind `usage` when there is none, `invalidInput` when it is invalid or stands in
  ///   two files.
  package func task(_ id: TaskID) throws(PairError) -> AgentTask {
    guard let task = try find(id) else { throw unknown(id) }
    return task
  }

  /// `task(_:)`, but nil when there is no such task.
  package func find(_ id: TaskID) throws(PairError) -> AgentTask? {
    let candidates = files(of: id)
    // A live file whose head is broken shows no id, but its name may; no archived copy stands in for it.
    if candidates.first?.isArchived != false, let broken = index.broken[id.folded] {
      return try task(in: files[broken])
    }
    if candidates.count > 1 { throw TaskLibrary.duplicate(id.text, candidates) }
    if let file = candidates.first { return try task(in: file) }
    // A file whose head is broken shows no id, but it may carry it in its name.
    if let broken = index.byName[id.folded] { return try task(in: files[broken]) }
    if let fault = unreadable.first(where: { $0.id == id.folded }) { throw fault.error }
    return nil
  }

  /// The files with that id: the live ones, else those in an archive.
  package func files(of id: TaskID) -> [File] {
    let named = (index.byID[id.folded] ?? []).map { files[$0] }
    let live = named.filter { !$0.isArchived }
    return live.isEmpty ? named : live
  }

  /// The task that `file` of this library holds: parsed once, unless it is asked for twice at the same time.
  package func task(in file: File) throws(PairError) -> AgentTask {
    if let task = known.tasks.withLock({ $0[file.path] }) { return try task.get() }
    let task = Result { () throws(PairError) in try file.parse() }
    known.tasks.withLock { $0[file.path] = task }
    return try task.get()
  }

  private var index: Index {
    known.index.withLock { index in
      let made = index ?? Index(files)
      index = made
      return made
    }
  }

  /// Every task that parses, by id, and the errors of those that do not, or whose id two live files have.
  ///
  /// - Parameter includingArchived: whether archived tasks whose id no live one has are among them.
  package func tasks(includingArchived: Bool = false) -> (tasks: [AgentTask], errors: [PairError]) {
    let (tasks, faults) = survey(includingArchived: includingArchived)
    return (tasks, faults.map(\.error))
  }

  /// A task file, or several with one id, that cannot be used.
  package struct Fault: Error, Hashable, Sendable {
    /// The task's id as far as the file or its name shows it, in lower case.
    package let id: String
    package let isArchived: Bool
    package let error: PairError
  }

  /// Like `tasks(includingArchived:)`, with the ids of what cannot be used.
  package func survey(includingArchived: Bool) -> (tasks: [AgentTask], faults: [Fault]) {
    let (chosen, faults) = usable(includingArchived: includingArchived)
    return TaskLibrary.collect(chosen.map(read), faults)
  }

  /// `survey(includingArchived:)` with every processor parsing.
  package func surveyInParallel(includingArchived: Bool) async -> (tasks: [AgentTask], faults: [Fault]) {
    let (chosen, faults) = usable(includingArchived: includingArchived)
    return TaskLibrary.collect(await chosen.mapInParallel { read($0) }, faults)
  }

  private func read(_ file: File) -> Result<AgentTask, Fault> {
    Result { () throws(PairError) in try task(in: file) }.mapError { error in
      Fault(id: file.id?.lowercased() ?? file.stem.lowercased(), isArchived: file.isArchived, error: error)
    }
  }

  private static func collect(
    _ read: [Result<AgentTask, Fault>], _ known: [Fault]
  ) -> (tasks: [AgentTask], faults: [Fault]) {
    var tasks: [AgentTask] = []
    var faults = known
    for result in read {
      switch result {
      case .success(let task): tasks.append(task)
      case .failure(let fault): faults.append(fault)
      }
    }
    let order = { (fault: Fault) in fault.error.location?.file ?? "" }
    return (
      tasks.sorted { ($0.id, $0.source.path) < ($1.id, $1.source.path) },
      faults.sorted { (order($0), $0.id) < (order($1), $1.id) }
    )
  }

  /// The files to read, and the faults that show before any is read.
  private func usable(includingArchived: Bool) -> (files: [File], faults: [Fault]) {
    let index = index
    var chosen: [File] = []
    var faults = unreadable.filter { includingArchived || !$0.isArchived }
    for file in files {
      let id = file.id?.lowercased()
      let same = (id.flatMap { index.byID[$0] } ?? []).map { files[$0] }.filter { !$0.isArchived }
      if file.isArchived {
        if !includingArchived || !same.isEmpty || index.broken[id ?? ""] != nil { continue }
      } else if same.count > 1 {
        if file.path == same[0].path {
          faults.append(
            Fault(id: id ?? "", isArchived: false, error: TaskLibrary.duplicate(file.id ?? "", same)))
        }
        continue
      }
      chosen.append(file)
    }
    return (chosen, faults)
  }

  /// What is said of one id that stands in several files.
  package static func duplicate(_ id: String, _ files: [File]) -> PairError {
    PairError(
      .invalidInput,
      "\(id.escapedForTerminal(limit: 60)) stands in \(files.count) files: "
        + files.map { $0.path.escapedForTerminal() }.joined(separator: ", "),
      hint: "Give one of them another id, or move the old one into an 'archive' folder.")
  }

  private func unknown(_ id: TaskID) -> PairError {
    let known = files.compactMap(\.id).sorted { $0.orderedNaturally(before: $1) }
    let close = known.filter { $0.lowercased().contains(id.folded) || id.folded.contains($0.lowercased()) }
    let shown = (close.isEmpty ? known : close).prefix(8).map { $0.escapedForTerminal(limit: 40) }
    return PairError(
      .usage, "there is no task called \(id)",
      hint: shown.isEmpty
        ? "There are no tasks yet. Put one into .paircoder/tasks/ as a Markdown file."
        : "There are: \(shown.joined(separator: ", "))\(known.count > shown.count ? ", …" : ".")")
  }

  /// What a library has found out about its files, for all copies of it.
  private final class Known: Sendable {
    let index = Mutex<Index?>(nil)
    /// By the paths of the files.
    let tasks = Mutex<[String: Result<AgentTask, PairError>]>([:])
  }

  /// Where files are found; ids and names in lower case.
  private struct Index {
    var byID: [String: [Int]] = [:]
    /// The first live file without an id, by its name without endings.
    var broken: [String: Int] = [:]
    /// The first file, by what stands in front of each dot of its name.
    var byName: [String: Int] = [:]

    init(_ files: [File]) {
      for (place, file) in files.enumerated() {
        if let id = file.id { byID[id.lowercased(), default: []].append(place) }
        if file.isLiveWithoutID, broken[file.stem.lowercased()] == nil {
          broken[file.stem.lowercased()] = place
        }
        let name = file.name.lowercased()
        for dot in name.indices where name[dot] == "." && byName[String(name[..<dot])] == nil {
          byName[String(name[..<dot])] = place
        }
      }
    }
  }
}

extension TaskLibrary.File {
  package func parse() throws(PairError) -> AgentTask { try TaskFile.parse(bytes, path: path, blob: blob) }

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  fileprivate var isLiveWithoutID: Bool { !isArchived && id == nil }

  /// The name without its endings.
  fileprivate var stem: Substring {
    for ending in [".task.md", ".md"] where name.hasSuffix(ending) { return name.dropLast(ending.count) }
    return name[...]
  }

  /// Whether it lies in a folder of tasks that are over.
  package var isArchived: Bool {
    path.lowercased().split(separator: "/").dropLast().contains { folder in
      folder.hasPrefix("archive") || folder == "history"
    }
  }
}
