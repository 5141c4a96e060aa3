import Git
import Host
package import PairCore
import Synchronization
package import TaskFiles

/// What the files of this program say in one commit, or in the checkout: configuration, capabilities, tasks,
/// workflows, prompts. Each file is parsed once a command.
package struct BaseSettings {
  /// Nil for the checkout.
  package let commit: ObjectID?
  private let workspace: Workspace

  fileprivate init(_ workspace: Workspace, at commit: ObjectID?) {
    self.workspace = workspace
    self.commit = commit
  }

  /// What `.paircoder/config.yaml` says.
  package var config: Config { get throws { try parse(Workspace.configPath, ConfigFile.parse) ?? .standard } }

  /// What `.paircoder/capabilities.yaml` says on top of the built-in profiles.
  package var capabilities: Capabilities {
    get throws { try parse(Workspace.capabilitiesPath, CapabilitiesFile.parse) ?? .builtIn }
  }

  /// The task files; those of HEAD where there is neither a commit nor a checkout.
  package var library: TaskLibrary {
    get throws {
      let folder = try config.tasksFolder
      return try workspace.parsed.value(.library(commit, folder: folder)) {
        workspace.process.reads.count("read the task folder\(commit.map { " of \($0.short)" } ?? "")")
        if commit == nil, let top = workspace.repository.workingDirectory {
          return try TaskLibrary(workingTree: top, folder: folder)
        }
        guard let commit = try commit ?? workspace.repository.head().commit else {
          return TaskLibrary(files: [])
        }
        return try TaskLibrary(commit: commit, folder: folder, in: workspace.repository)
      }
    }
  }

  func workflow(called name: String) throws -> Workflow? {
    for path in WorkflowFile.paths(of: name) {
      let found = try parse(path) { try WorkflowFile.parse($0, path: $1, blob: .ofBlob($0)) }
      if let found { return found }
    }
    return nil
  }

  /// Blob ids of the files that decisions depend on.
  var routingFiles: RoutingInputs.Files {
    get throws {
      RoutingInputs.Files(
        capabilities: try text(of: Workspace.capabilitiesPath).map(ObjectID.ofBlob),
        config: try text(of: Workspace.configPath).map(ObjectID.ofBlob))
    }
  }

  /// The template for prompts of `kind`: the project's own, else the built-in; throws `invalidInput`.
  func promptTemplate(_ kind: PromptKind) throws -> PromptTemplate {
    let path = "\(Workspace.promptsPath)/\(kind.rawValue).md"
    if let own = try parse(path, { try PromptTemplate(String(decoding: $0, as: UTF8.self), path: $1) }) {
      return own
    }
    return try PromptTemplate(String(decoding: kind.builtIn, as: UTF8.self), path: path)
  }

  /// The project's notes for agents as the commit holds them, each text once: one is often a link to another.
  var projectNotes: [ProjectNotes] {
    get throws {

      guard let commit = try commit ?? workspace.repository.head().commit else { return [] }
      let tree = try workspace.repository.tree(of: commit)
      var seen: Set<ObjectID> = []
      return try ProjectNotes.paths.compactMap { path in
        guard var entry = try workspace.repository.entry(at: path, in: tree) else { return nil }
        if entry.mode == .link {
          let target = String(decoding: try workspace.repository.blob(entry.id), as: UTF8.self)
          guard let linked = try workspace.repository.entry(at: target, in: tree) else { return nil }
          entry = linked
        }
        guard [.file, .executable].contains(entry.mode), seen.insert(entry.id).inserted else { return nil }
        let text = String(decoding: try workspace.repository.blob(entry.id), as: UTF8.self)
        return text.trimmed.isEmpty ? nil : ProjectNotes(path: path, text: text)
      }
    }
  }

  /// The bytes of `path` in the commit, the checkout, or HEAD without a checkout; nil for no such file.
  package func text(of path: String) throws -> [UInt8]? {

    if commit == nil, let top = workspace.repository.workingDirectory {
      guard FileInfo.kind(at: top + "/" + path) != .folder else {
        throw PairError(.invalidInput, "this is a folder, not a file", at: SourceLocation(file: path))
      }
      return try Files.read(top + "/" + path)
    }
    guard let commit = try commit ?? workspace.repository.head().commit,
      let entry = try workspace.repository.entry(at: path, in: workspace.repository.tree(of: commit)),
      entry.mode != .folder
    else { return nil }
    return try workspace.repository.blob(entry.id)
  }

  private func parse<Value: Sendable>(
    _ path: String, _ parse: ([UInt8], String) throws -> Value
  ) throws -> Value? {
    try text(of: path).map { bytes in
      try workspace.parsed.value(.file(path, text: .ofBlob(bytes))) {
        workspace.process.reads.count("parse \(path)")
        return try parse(bytes, path)
      }
    }
  }
}

extension Workspace {
  /// - Parameter commit: nil for the checkout.
  package func settings(at commit: ObjectID? = nil) -> BaseSettings { BaseSettings(self, at: commit) }
}

/// Parsed files, by path and text: equal files of checkout and commit are parsed once, and one that a person
/// edits meanwhile is read again.
package final class ParsedFiles: Sendable {
  enum Key: Hashable {
    case file(String, text: ObjectID)
    case library(ObjectID?, folder: String)
  }

  private let known = Mutex((values: [Key: any Sendable](), count: 0))

  /// How many files have been parsed, and task folders read.
  package var count: Int { known.withLock { $0.count } }

  func value<Value: Sendable>(_ key: Key, _ parse: () throws -> Value) rethrows -> Value {
    if let value = known.withLock({ $0.values[key] }) as? Value { return value }
    let value = try parse()
    known.withLock {
      $0.values[key] = value
      $0.count += 1
    }
    return value
  }

  /// Has the checkout's task folder read again: for a command that goes on while people edit.
  func forgetCheckout() {
    known.withLock { known in
      known.values = known.values.filter { if case .library(nil, _) = $0.key { false } else { true } }
    }
  }
}

extension PromptKind {
  fileprivate var builtIn: [UInt8] {
    switch self {
    case .plan: PackageResources.plan_md
    case .review: PackageResources.review_md
    case .autoEdit: PackageResources.auto_edit_md
    case .auto: PackageResources.auto_md
    case .fullAuto: PackageResources.full_auto_md
    }
  }
}
