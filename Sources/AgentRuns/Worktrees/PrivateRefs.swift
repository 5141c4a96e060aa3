import Git
import Host
import PairCore

/// The refs and reflogs of a git directory that an agent had, read file by file: one that is broken spoils no other.
struct PrivateRefs {
  /// What HEAD leads to; nil where it names no commit yet, or nothing at all.
  let head: ObjectID?
  /// What refs point at and reflogs tell of, HEAD's first, remote-tracking refs apart: those come from elsewhere.
  let ids: [ObjectID]
  /// What remote-tracking refs point at.
  let remotes: [ObjectID]
  /// What moved HEAD last, such as `commit (amend): Add x`; nil where that is not known.
  let lastAction: String?

  private static let limitInBytes = 64 << 20

  /// - Parameter known: what `packed-refs` held before the agent began. Of thousands of refs that are as they were, only
  ///   what others lead to is read.
  init(in folder: String, known: [UInt8] = []) throws {
    let top = try Self.lines(of: folder + "/HEAD").first.map(String.init)
    var targets: [String: String] = [:]
    for name in try Self.files(below: "refs", in: folder) where !name.hasSuffix(".lock") {
      targets[name] = try Self.lines(of: folder + "/" + name).first.map(String.init)
    }
    let isKnown = try !known.isEmpty && Files.read(folder + "/packed-refs") == known
    let wanted = Set(([top].compactMap(\.self) + targets.values).compactMap(Self.name))
    for line in try isKnown && wanted.isEmpty ? [] : Self.lines(of: folder + "/packed-refs") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, ObjectID(String(words[0])) != nil else { continue }
      let name = String(words[1])
      if !isKnown || wanted.contains(name), targets[name] == nil { targets[name] = String(words[0]) }
    }
    head = Self.resolve(top, targets)
    remotes = targets.filter { $0.key.hasPrefix("refs/remotes/") }.values.compactMap { ObjectID($0.trimmed) }
    lastAction = try Self.lines(of: folder + "/logs/HEAD").last?.split(separator: "\t", maxSplits: 1).last
      .map(String.init)
    var found = [head].compactMap { $0 } + (try Self.logged(folder + "/logs/HEAD"))
    for name in targets.keys.sorted() where !name.hasPrefix("refs/remotes/") {
      if let id = Self.resolve(targets[name], targets) { found.append(id) }
    }
    for name in try Self.files(below: "logs/refs", in: folder) where !name.hasPrefix("logs/refs/remotes/") {
      found += try Self.logged(folder + "/" + name)
    }
    var seen: Set<ObjectID> = []
    ids = found.filter { !$0.hex.allSatisfy { $0 == "0" } && seen.insert($0).inserted }
  }

  private static func resolve(_ target: String?, _ targets: [String: String]) -> ObjectID? {
    var target = target
    for _ in 0..<5 {
      guard let next = target.flatMap(name) else { break }
      target = targets[next]
    }
    return target.flatMap { ObjectID($0.trimmed) }
  }

  /// The ref that a symbolic one leads to.
  private static func name(in target: String) -> String? {
    target.hasPrefix("ref: ") ? target.dropFirst(5).trimmed : nil
  }

  /// The commits that a reflog says its ref stood at, the newest first (git-reflog(1)).
  static func logged(_ path: String) throws -> [ObjectID] {
    try lines(of: path).reversed().compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      return words.count == 3 ? ObjectID(String(words[1])) : nil
    }
  }

  private static func lines(of path: String) throws -> [Substring] {
    guard FileInfo.kind(at: path) == .file, let bytes = try Files.read(path, limitInBytes: limitInBytes)
    else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  private static func files(below name: String, in folder: String) throws -> [String] {
    guard FileInfo.kind(at: folder + "/" + name) == .folder else { return [] }
    var found: [String] = []
    try DirectoryWalk.walk(folder + "/" + name) { path, info in
      if info?.kind == .file { found.append(name + "/" + path) }
      return true
    }
    return found.sorted()
  }
}
