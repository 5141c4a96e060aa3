/// Compares files with the drawing. Each complaint is a sentence that begins with the file and the line.
struct Walls: Sendable {
  let files: [SourceFile]
  let drawing: Drawing

  /// Imports that the drawing does not allow, and what it allows in vain.
  func importComplaints() -> [String] {
    var complaints: [String] = []
    var seen: [String: Set<String>] = [:]
    for file in files {
      for line in file.imports {
        seen[line.module, default: []].insert(file.module)
        let isAllowed =
          drawing.arrows[file.module]?.contains(line.module) == true
          || drawing.outside[line.module]?.contains(file.module) == true
          || line.module == "Glibc" && drawing.systemCallers.contains(file.path)
        if !isAllowed {
          complaints.append("Sources/\(file.path):\(line.line): \(file.module) may not import \(line.module)")
        }
      }
    }
    for module in Set(files.map(\.module)).subtracting(drawing.arrows.keys).sorted() {
      complaints.append("docs/architecture.md draws no arrow from \(module)")
    }
    for (module, imported) in drawing.arrows {
      for other in imported where seen[other]?.contains(module) != true {
        complaints.append("docs/architecture.md: no file of \(module) imports \(other)")
      }
    }
    for (other, modules) in drawing.outside {
      for module in modules where seen[other]?.contains(module) != true {
        complaints.append("docs/architecture.md: no file of \(module) imports \(other)")
      }
    }
    let callers = Set(files.filter { $0.imports.contains { $0.module == "Glibc" } }.map(\.path))
    for path in drawing.systemCallers.subtracting(callers).sorted() {
      complaints.append("docs/architecture.md: \(path) does not import Glibc")
    }
    return complaints
  }

  /// Adapters that mention types of another one's files. A file belongs to the adapter whose name it begins with, or
  /// stands behind its plus sign.
  func adapterComplaints() -> [String] {
    let folder = files.filter { $0.path.hasPrefix("AgentRuns/Adapters/") }
    let agents = folder.map(\.name).filter { $0.hasSuffix("Adapter.swift") && $0 != "AgentAdapter.swift" }
      .map { String($0.dropLast("Adapter.swift".count)) }
    var owners: [String: String] = [:]
    var owned: [(SourceFile, String)] = []
    for file in folder {
      let part = file.name.split(separator: "+").last.map { $0.prefix { $0 != "." }.lowercased() }
      guard let agent = agents.first(where: { file.name.hasPrefix($0) || part == $0.lowercased() }) else {
        continue
      }
      owned.append((file, agent))
      for declaration in file.declarations where declaration.isTopLevel { owners[declaration.name] = agent }
    }
    return owned.flatMap { file, agent in
      file.mentions.filter { owners[$0.key].map { $0 != agent } ?? false }.map { name, line in
        "Sources/\(file.path):\(line): \(agent)'s files may not mention \(name) of \(owners[name] ?? "")"
      }
    }.sorted()
  }

  /// A room that mentions a type of a room above it.
  struct Climb: Hashable, Sendable {
    let room: String
    let type: String
  }

  /// Where rooms mention types of rooms above them, with the places.
  ///
  /// A nested type counts where no other module declares one of its name: words alone do not tell which is meant.
  func climbs() -> [Climb: [String]] {
    var lowest: [String: Int] = [:]
    var unmistakable: Set<String> = []
    var elsewhere: Set<String> = []
    for file in files {
      for declaration in file.declarations {
        if file.module != "Pipeline" {
          elsewhere.insert(declaration.name)
        } else if let room = drawing.room(of: file) {
          lowest[declaration.name] = min(room, lowest[declaration.name] ?? room)
          if declaration.isTopLevel { unmistakable.insert(declaration.name) }
        }
      }
    }
    var climbs: [Climb: [String]] = [:]
    for file in files where file.module == "Pipeline" {
      guard let room = drawing.room(of: file) else { continue }
      for (name, line) in file.mentions {
        guard let home = lowest[name], home > room, unmistakable.contains(name) || !elsewhere.contains(name)
        else {
          continue
        }
        climbs[Climb(room: drawing.rooms[room], type: name), default: []].append(
          "Sources/\(file.path):\(line)")
      }
    }
    return climbs.mapValues { $0.sorted() }
  }

  /// Files of `Pipeline` in no room, and rooms without a file.
  func roomComplaints() -> [String] {
    let inside = files.filter { $0.module == "Pipeline" }
    let homeless = inside.filter { drawing.room(of: $0) == nil }.map {
      "Sources/\($0.path): it lies in no room"
    }
    let used = Set(inside.compactMap { drawing.room(of: $0) })
    return homeless
      + drawing.rooms.indices.filter { !used.contains($0) }
      .map { "docs/architecture.md: the room \(drawing.rooms[$0]) has no file" }
  }
}
