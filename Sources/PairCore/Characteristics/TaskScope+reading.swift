extension TaskScope {
  /// How far the work of `task` reaches: by the paths that it touches, else by its title, type and size.
  static func reading(
    of touched: TouchedPaths, in task: TaskBrief, type: TaskType, level: Level
  ) -> Reading<TaskScope> {
    guard let first = touched.all.first else {
      return guess(task, type, level, because: "no files are named")
    }
    if !touched.areDeclared, touched.all.count == 1 {
      // One path in the text says where to look, not how far the work goes.
      return guess(task, type, level, because: "only \(first) is named, none is declared")
    }
    let origin = touched.areDeclared ? "" : " named in the text"
    let modules = Modules(of: touched.sources).names
    if modules.count > 2 {
      return Reading(
        .crossModule, "\(touched.all.count) paths\(origin) in \(modules.joined(separator: ", "))", .files)
    }
    if touched.all.count == 1, !first.hasSuffix("/") {
      if let word = task.title.words.first(where: { ["all", "every", "across"].contains($0) }) {
        return Reading(.multiFile, "one path: \(first), but the title says '\(word)'", .title)
      }
      return Reading(.singleFile, "one path\(origin): \(first)", .files)
    }
    return Reading(
      .multiFile,
      "\(touched.all.count.counted("path"))\(origin): \(first)\(touched.all.count > 1 ? ", …" : "")",
      .files)
  }

  private static func guess(_ task: TaskBrief, _ type: TaskType, _ level: Level, because reason: String)
    -> Reading<TaskScope>
  {
    if let word = task.title.words.first(where: {
      ["everywhere", "codebase", "repo-wide", "project-wide", "monorepo"].contains($0)
    }) {
      return Reading(.crossModule, "\(reason), but the title says '\(word)'", .title)
    }
    if type == .refactor {
      return Reading(.multiFile, "\(reason); a refactoring is taken to touch several", .assumption)
    }
    return level == .low
      ? Reading(.singleFile, "\(reason); taken from its low complexity", .assumption)
      : Reading(.multiFile, "\(reason); taken from its \(level.rawValue) complexity", .assumption)
  }
}

/// The folders in which the paths of source files part. Tests and documents beside the code, files at the point
/// where the paths part, and folders that steer tools (`.github`) count as none.
struct Modules {
  let names: [String]

  /// - Parameter sources: paths of source files, or of folders when they end in `/`.
  init(of sources: [String]) {
    let folders = sources.filter { !$0.hasPrefix(".") }
      .map { path -> [Substring] in
        path.hasSuffix("/") ? path.pathParts : path.pathParts.dropLast()
      }
    var shared = folders.first ?? []
    for folder in folders.dropFirst() {
      shared = Array(zip(shared, folder).prefix { $0 == $1 }.map(\.0))
    }
    names = Set(folders.compactMap { $0.dropFirst(shared.count).first.map(String.init) }).sorted()
  }
}

extension String {
  fileprivate var words: [Substring] { lowercased().split { !$0.isAnyLetter && $0 != "-" } }
}
