import Git
import Host
import PairCore

extension Workspace {
  static let promptsPath = folder + "/prompts"

  /// The template for prompts of `kind`: the project's own, else the built-in one.
  ///
  /// - Throws: `PairError` of kind `invalidInput` when the project's own is invalid.
  func promptTemplate(_ kind: PromptKind, at commit: ObjectID?) throws -> PromptTemplate {
    let path = "\(Workspace.promptsPath)/\(kind.rawValue).md"
    let bytes = try text(of: path, at: commit)
    return try PromptTemplate(String(decoding: bytes ?? kind.builtIn, as: UTF8.self), path: path)
  }

  /// The project's notes for agents as `commit` holds them, each text once: one is often a link to another.
  func projectNotes(at commit: ObjectID) throws -> [ProjectNotes] {
    let tree = try repository.tree(of: commit)
    var seen: Set<ObjectID> = []
    return try ProjectNotes.paths.compactMap { path in
      guard var entry = try repository.entry(at: path, in: tree) else { return nil }
      if entry.mode == .link {
        let target = String(decoding: try repository.blob(entry.id), as: UTF8.self)
        guard let linked = try repository.entry(at: target, in: tree) else { return nil }
        entry = linked
      }
      guard [.file, .executable].contains(entry.mode), seen.insert(entry.id).inserted else { return nil }
      let text = String(decoding: try repository.blob(entry.id), as: UTF8.self)
      return text.trimmed.isEmpty ? nil : ProjectNotes(path: path, text: text)
    }
  }
}

extension PromptKind {
  var builtIn: [UInt8] {
    switch self {
    case .plan: PackageResources.plan_md
    case .review: PackageResources.review_md
    case .autoEdit: PackageResources.auto_edit_md
    case .auto: PackageResources.auto_md
    case .fullAuto: PackageResources.full_auto_md
    }
  }
}
