public import Git
public import PairCore

extension ResolvedScope {
  /// Files beyond which a scope is cut; their sizes would only add up to "too large" anyway.
  static let limit = 2_000

  /// The files that `task` speaks of, looked up in the tree of `base`. Sizes come from object headers;
  /// nothing is checked out.
  public init(of task: AgentTask, at base: ObjectID?, in repository: borrowing Repository) throws {
    guard let base else {
      self.init(existing: [], missing: task.declaredFiles)
      return
    }
    let tree = try repository.tree(of: base)
    var existing: [String: Repository.TreeEntry] = [:]
    var missing: [String] = []
    var listing: [Repository.TreeEntry]?
    for (name, isDeclared) in task.declaredFiles.map({ ($0, true) })
      + task.mentionedPaths.map({ ($0, false) })
    {
      let glob = Glob(name)
      let found: [Repository.TreeEntry]
      if glob.isLiteral {
        let entry = glob.pattern.isEmpty ? nil : try repository.entry(at: glob.pattern, in: tree)
        switch entry?.mode {
        case nil, .submodule: found = []
        case .folder where !isDeclared: found = []  // Naming a folder is not saying that all of it changes.
        case .folder: found = try repository.files(in: tree, below: glob.pattern)
        default: found = [entry].compactMap { $0 }
        }
      } else {
        let all = try listing ?? repository.files(in: tree)
        listing = all
        found = all.filter { glob.matches($0.path) }
      }
      if found.isEmpty, isDeclared, glob.isLiteral, !glob.pattern.isEmpty { missing.append(glob.pattern) }
      for entry in found where entry.mode != .submodule && existing.count < ResolvedScope.limit {
        existing[entry.path] = entry
      }
    }
    let files = try existing.values.sorted { $0.path < $1.path }.map { entry in
      File(path: entry.path, sizeInBytes: try repository.size(of: entry.id))
    }
    self.init(existing: files, missing: missing)
  }
}
