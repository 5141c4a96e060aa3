package import PairCore

// The names that callers still use.
extension Files {
  package typealias Info = FileInfo
  package typealias Kind = FileInfo.Kind

  package static func info(of path: String) -> FileInfo? { FileInfo(at: path) }
  package static func kind(of path: String) -> FileInfo.Kind? { FileInfo.kind(at: path) }

  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws { try AtomicFile.replace(path, with: bytes, mode: mode, effects: effects) }
  package static func create(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, effects: EffectDoor
  ) throws -> Bool { try AtomicFile.create(path, with: bytes, mode: mode, effects: effects) }
  package static func rewrite(
    _ path: String, mode: UInt32, effects: EffectDoor,
    _ change: (_ piece: [UInt8], _ isLast: Bool) throws -> [UInt8]
  ) throws { try AtomicFile.rewrite(path, mode: mode, effects: effects, change) }
  package static func copy(_ source: String, to path: String, effects: EffectDoor) throws {
    try AtomicFile.copy(source, to: path, effects: effects)
  }
  package static func replaceLink(_ path: String, pointingTo target: [UInt8], effects: EffectDoor) throws {
    try AtomicFile.replaceLink(path, pointingTo: target, effects: effects)
  }

  package static func walk(
    _ top: String, _ visit: (_ path: String, _ info: FileInfo?) -> Bool
  ) throws(PairError) { try DirectoryWalk.walk(top, visit) }
  package static func walkInOrder(
    _ top: String, _ visit: (_ path: [UInt8], _ info: FileInfo?) -> Bool
  ) throws(PairError) { try DirectoryWalk.walkInOrder(top, visit) }
  package static func list(_ path: String) throws(PairError) -> [(name: String, kind: FileInfo.Kind)] {
    try DirectoryWalk.list(path)
  }
  package static func diskUse(of path: String) throws(PairError) -> Int {
    try DirectoryWalk.diskUse(of: path)
  }
  package static func removeTree(_ path: String, effects: EffectDoor) throws {
    try DirectoryWalk.removeTree(path, effects: effects)
  }
}
