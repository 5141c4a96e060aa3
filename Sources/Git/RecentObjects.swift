import CLibgit2
import PairCore

/// The objects that were written last through one repository, with their bytes. `git gc --prune=now` deletes
/// every object that no ref kept when it began to look, however young: what is written beside it may be gone
/// before the ref moves, or after. So what is missing is written again.
final class RecentObjects {
  private struct Object {
    let id: ObjectID
    let kind: ObjectKind
    let bytes: [UInt8]
  }

  private static let largestInBytes = 1 << 20
  private static let limitInBytes = 8 << 20

  private var objects: [Object] = []
  private var sizeInBytes = 0

  /// Writes an object, and keeps its bytes.
  func write(_ kind: ObjectKind, _ bytes: [UInt8], in repository: borrowing Repository) throws -> ObjectID {
    let odb = try RecentObjects.database(of: repository)
    var oid = git_oid()
    try persist("writing a \(kind)", in: repository) {
      git_odb_write(&oid, odb.pointer, bytes, bytes.count, kind.type)
    }
    note(ObjectID(oid), kind, bytes)
    return ObjectID(oid)
  }

  private func note(_ id: ObjectID, _ kind: ObjectKind, _ bytes: [UInt8]) {
    if bytes.count > RecentObjects.largestInBytes || objects.contains(where: { $0.id == id }) { return }
    objects.append(Object(id: id, kind: kind, bytes: bytes))
    sizeInBytes += bytes.count
    while sizeInBytes > RecentObjects.limitInBytes || objects.count > 256 {
      sizeInBytes -= objects.removeFirst().bytes.count
    }
  }

  /// Keeps the bytes of a tree that has just been written, and of those at `folders` in it; whether all could
  /// be read.
  func note(_ tree: ObjectID, _ folders: Set<String>, in repository: borrowing Repository) -> Bool {
    guard let odb = try? RecentObjects.database(of: repository) else { return false }  // The answer.
    var ids = [tree]
    var lookup = TreeLookup(in: tree)
    do {
      for folder in folders {
        // One of which all was removed is no more.
        if let entry = try lookup.entry(at: folder, in: repository) { ids.append(entry.id) }
      }
    } catch {
      return false
    }
    return ids.allSatisfy { id in
      var (oid, object) = (id.oid, OpaquePointer?.none)
      defer { git_odb_object_free(object) }
      guard git_odb_read(&object, odb.pointer, &oid) == 0 else { return false }
      let size = git_odb_object_size(object)
      note(id, .tree, Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: size)))
      return true
    }
  }

  static func database(of repository: borrowing Repository) throws(GitError) -> Handle {
    try Handle(freedBy: git_odb_free, "opening the object database") {
      git_repository_odb(&$0, repository.pointer)
    }
  }

  /// Writes again what is missing of them. libgit2 remembers what it has read and takes that for present
  /// (`git_odb_exists`), so the files are looked for, and what stands in no file of its own is asked for
  /// again. What stands in a pack is kept by a ref, and no more noted.
  func restore(in repository: borrowing Repository) throws {
    let folder = repository.objectFolder
    let missing = objects.filter { !RecentObjects.isFile($0.id, in: folder) }
    if missing.isEmpty { return }
    let fresh = try Handle(freedBy: git_odb_free, "opening the object database") { git_odb_open(&$0, folder) }
    let odb = try RecentObjects.database(of: repository)
    for object in missing {
      var oid = object.id.oid
      if git_odb_exists(fresh.pointer, &oid) == 1 {
        objects.removeAll { $0.id == object.id }
        sizeInBytes -= object.bytes.count
        continue
      }
      try repository.effects.pass(.objectWrite, "\(object.kind) once more")
      try RecentObjects.persisting("writing the \(object.kind) \(object.id.short)") {
        git_odb_write(&oid, odb.pointer, object.bytes, object.bytes.count, object.kind.type)
      }
    }
  }

  /// Writes an object beside `git gc`, which takes folders away that it finds empty, also between libgit2's making one and
  /// putting the object there, and objects of which the new one is to be made.
  func persist(_ attempt: String, in repository: borrowing Repository, _ call: () -> Int32) throws {
    for _ in 1..<5 {
      do throws(GitError) {
        return try RecentObjects.persisting(attempt, call)
      } catch {
        if error.kind == .noSpace { throw error }
        try restore(in: repository)
      }
    }
    try RecentObjects.persisting(attempt, call)
  }

  private static func persisting(_ attempt: String, _ call: () -> Int32) throws(GitError) {
    for _ in 1..<10 {
      let status = call()
      if status >= 0 { return }
      if Libgit2.systemFault != notThere { throw Libgit2.error(status, attempt) }
    }
    try Libgit2.check(call(), attempt)
  }

  private static func isFile(_ id: ObjectID, in folder: String) -> Bool {
    exists(ObjectFolders.file(of: id, in: folder))
  }
}
