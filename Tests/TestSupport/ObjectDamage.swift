import Foundation

/// What can become of the file of an object.
package enum ObjectDamage: String, CaseIterable, Sendable {
  case removed
  case empty
  case cutOff
  case garbage
  case zeros
  /// Another object's bytes.
  case exchanged
}

extension ScratchRepository {
  /// The ids of all objects that `revision` leads to, itself first.
  package func objects(of revision: String) throws -> [String] {
    try git(["rev-list", "--objects", revision]).split(separator: "\n").map { String($0.prefix(40)) }
  }

  package func file(of object: String) -> String {
    "\(gitDirectory)/objects/\(object.prefix(2))/\(object.dropFirst(2))"
  }

  package func damage(_ object: String, _ damage: ObjectDamage) throws {
    let file = file(of: object)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    try FileManager.default.removeItem(atPath: file)
    let replacement: Data? =
      switch damage {
      case .removed: nil
      case .empty: Data()
      case .cutOff: bytes.prefix(bytes.count / 2)
      case .garbage: Data("This is no object, and never was one.".utf8)
      case .zeros: Data(count: bytes.count)
      case .exchanged: try exchanged(for: object)
      }
    try replacement?.write(to: URL(fileURLWithPath: file))
  }

  private func exchanged(for object: String) throws -> Data {
    try scratch.write("other", object)
    let other = try git(["hash-object", "-w", scratch.path + "/other"])
    return try Data(contentsOf: URL(fileURLWithPath: file(of: other)))
  }

  /// Makes an object unreadable in a way that may pass: root may read whatever permissions a file has, so a folder
  /// stands in its place. Returns what ends that.
  package func obstruct(_ object: String) throws -> () throws -> Void {
    let file = file(of: object)
    try FileManager.default.moveItem(atPath: file, toPath: file + ".away")
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    return {
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.moveItem(atPath: file + ".away", toPath: file)
    }
  }

  /// Reads all that `revision` leads to, as `git gc` does.
  package func packAll(of revision: String) throws {
    let id = try git(["rev-parse", revision])
    let run = try Invocation.run(
      "/usr/bin/git", ["pack-objects", "--revs", "-q", scratch.path + "/packed"], in: path,
      environment: scratch.environment, input: id + "\n")
    if run.status != 0 { throw GitFailed(description: "git pack-objects: \(run.errors)") }
  }
}
