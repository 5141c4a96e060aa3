package import Git
package import PairCore

/// Looks up what tasks speak of in the tree of one commit, and keeps what it learned for the next task.
/// Sizes come from object headers; nothing is checked out.
package struct ScopeResolver: Sendable {
  /// Files beyond which a scope is cut; their sizes would only add up to "too large" anyway.
  static let limit = 2_000

  /// Nil where there is no commit yet.
  package let base: ObjectID?
  private var tree: ObjectID?
  private var listing: Listing = .unread
  private var sizes: [ObjectID: Int] = [:]
  /// What each glob matched, and the folders that were listed for globs: many tasks name the same ones.
  private var matches: [String: [Repository.TreeEntry]] = [:]
  private var folders: [String: [Repository.TreeEntry]] = [:]

  private enum Listing: Sendable {
    case unread
    case read(TreeIndex)
    case tooLarge
  }

  package init(base: ObjectID?) { self.base = base }

  /// The files that `task` speaks of.
  package mutating func scope(
    of task: AgentTask, in repository: borrowing Repository
  ) throws -> ResolvedScope {
    guard let base else {
      return ResolvedScope(missing: Set(task.declaredFiles.filter { Glob($0).isLiteral }).sorted())
    }
    let tree = try tree ?? repository.tree(of: base)
    self.tree = tree
    var existing: [String: Repository.TreeEntry] = [:]
    var mentioned: [String: Repository.TreeEntry] = [:]
    var missing: [String] = []
    for name in task.declaredFiles {
      let glob = Glob(name)
      if glob.pattern.isEmpty { continue }
      let found = try entries(for: glob, in: tree, of: repository, isDeclared: true)
      // A final `/` stays: it says that more than one file is to be made.
      if found.isEmpty, glob.isLiteral {
        missing.append(name.hasSuffix("/") ? glob.pattern + "/" : glob.pattern)
      }
      for entry in found { existing[entry.path] = entry }
    }
    for name in task.mentionedPaths {
      let glob = Glob(name)
      if glob.pattern.isEmpty || !glob.isLiteral { continue }
      for entry in try entries(for: glob, in: tree, of: repository, isDeclared: false)
      where existing[entry.path] == nil {
        mentioned[entry.path] = entry
      }
    }
    let declares = !existing.isEmpty || !missing.isEmpty
    let touched = (declares ? existing : mentioned).keys.sorted().prefix(ScopeResolver.limit)
      .filter { PathKind(of: $0) == .source }
    let (tests, untested) = try coverage(of: touched, in: tree, of: repository)
    return ResolvedScope(
      existing: try files(existing, in: repository), missing: Set(missing).sorted(),
      mentioned: try files(mentioned, in: repository), tests: tests, untested: untested)
  }

  private mutating func files(
    _ entries: [String: Repository.TreeEntry], in repository: borrowing Repository
  ) throws -> [ResolvedScope.File] {
    var files: [ResolvedScope.File] = []
    for entry in entries.values.sorted(by: { $0.path < $1.path }).prefix(ScopeResolver.limit) {
      let size = try sizes[entry.id] ?? repository.size(of: entry.id)
      sizes[entry.id] = size
      files.append(ResolvedScope.File(path: entry.path, sizeInBytes: size))
    }
    return files
  }

  private mutating func entries(
    for glob: Glob, in tree: ObjectID, of repository: borrowing Repository, isDeclared: Bool
  ) throws -> [Repository.TreeEntry] {
    let found: [Repository.TreeEntry]
    if glob.isLiteral {
      let entry = try repository.entry(at: glob.pattern, in: tree)
      switch entry?.mode {
      case nil: found = try entries(endingIn: glob.pattern, in: tree, of: repository, isDeclared: isDeclared)
      case .submodule: found = []
      case .folder where !isDeclared: found = []  // Naming a folder is not saying that all of it changes.
      case .folder: found = try repository.files(in: tree, below: glob.pattern)
      default: found = [entry].compactMap { $0 }
      }
    } else {
      found = try matches(of: glob, in: tree, of: repository)
    }
    return found.filter { $0.mode != .submodule }
  }

  private mutating func matches(
    of glob: Glob, in tree: ObjectID, of repository: borrowing Repository
  ) throws -> [Repository.TreeEntry] {
    if let known = matches[glob.pattern] { return known }
    let folder = glob.folder
    let files = try folders[folder] ?? repository.files(in: tree, below: folder)
    folders[folder] = files
    let found = files.filter { glob.matches($0.path) }
    matches[glob.pattern] = found
    return found
  }

  /// The one file, or for a declared path the one folder, whose path ends in `name`: people leave out folders
  /// that all know, and write modules with dots (`app.planning.models`).
  private mutating func entries(
    endingIn name: String, in tree: ObjectID, of repository: borrowing Repository, isDeclared: Bool
  ) throws -> [Repository.TreeEntry] {
    guard let index = try index(of: tree, in: repository) else { return [] }
    let module = name.contains("/") ? name : name.split(separator: ".").joined(separator: "/")
    if let file = index.file(endingIn: name) ?? index.module(endingIn: module) { return [file] }
    guard isDeclared, let folder = index.folder(endingIn: name) ?? index.folder(endingIn: module) else {
      return []
    }
    return try repository.files(in: tree, below: folder)
  }

  /// The tests that go by the names of `paths`, and those paths that have none.
  private mutating func coverage(
    of paths: [String], in tree: ObjectID, of repository: borrowing Repository
  ) throws -> (tests: [String], untested: [String]) {
    guard !paths.isEmpty, let index = try index(of: tree, in: repository) else { return ([], []) }
    var tests: Set<String> = []
    var untested: [String] = []
    for path in paths {
      let found = index.tests(named: PathKind.stem(of: path))
      if found.isEmpty { untested.append(path) } else { tests.formUnion(found) }
    }
    return (tests.sorted(), untested)
  }

  private mutating func index(of tree: ObjectID, in repository: borrowing Repository) throws -> TreeIndex? {
    switch listing {
    case .read(let index): return index
    case .tooLarge: return nil
    case .unread:
      guard let files = try repository.files(in: tree, atMost: TreeIndex.limit) else {
        listing = .tooLarge
        return nil
      }
      let index = TreeIndex(files)
      listing = .read(index)
      return index
    }
  }
}

/// The files of a tree by the ends of their paths.
struct TreeIndex: Sendable {
  /// Beyond so many files nothing is looked up by name: one task must not cost a walk over a huge tree.
  static let limit = 20_000

  private let files: [Repository.TreeEntry]
  private var byName: [Substring: [Int]] = [:]
  private var byStem: [Substring: [Int]] = [:]
  private var folders: Set<Substring> = []
  private var foldersByName: [Substring: [Substring]] = [:]
  private var testsByStem: [String: [String]] = [:]

  init(_ files: [Repository.TreeEntry]) {
    self.files = files
    byName.reserveCapacity(files.count)
    for (number, file) in files.enumerated() {
      let slash = file.path.utf8.lastIndex(of: UInt8(ascii: "/"))
      let name = slash.map { file.path[file.path.utf8.index(after: $0)...] } ?? file.path[...]
      byName[name, default: []].append(number)
      byStem[name.prefix { $0 != "." }, default: []].append(number)
      var folder = slash.map { file.path[..<$0] } ?? ""
      while !folder.isEmpty, folders.insert(folder).inserted {
        let slash = folder.lastIndex(of: "/")
        foldersByName[slash.map { folder[folder.index(after: $0)...] } ?? folder, default: []].append(folder)
        folder = slash.map { folder[..<$0] } ?? ""
      }
      if PathKind(of: file.path) == .test {
        testsByStem[PathKind.stem(of: file.path), default: []].append(file.path)
      }
    }
  }

  /// The only file whose path ends in `/name`.
  func file(endingIn name: String) -> Repository.TreeEntry? {
    let last = name.lastIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
    let found = (byName[last] ?? []).filter { files[$0].path.hasSuffix("/" + name) }
    return found.count == 1 ? files[found[0]] : nil
  }

  /// The only source file whose path without its ending is `stem`, or ends in `/stem`; `stem` has a folder.
  func module(endingIn stem: String) -> Repository.TreeEntry? {
    guard let slash = stem.lastIndex(of: "/") else { return nil }
    let found = (byStem[stem[stem.index(after: slash)...]] ?? []).filter { number in
      let path = files[number].path.prefix { $0 != "." }
      return (path == stem || path.hasSuffix("/" + stem)) && PathKind(of: files[number].path) == .source
    }
    return found.count == 1 ? files[found[0]] : nil
  }

  /// The only folder whose path ends in `/name`.
  func folder(endingIn name: String) -> String? {
    let last = name.lastIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
    let found = (foldersByName[last] ?? []).filter { $0 == name || $0.hasSuffix("/" + name) }
    return found.count == 1 ? found.first.map(String.init) : nil
  }

  func tests(named stem: String) -> [String] { testsByStem[stem] ?? [] }
}
