import CLibgit2
package import PairCore

/// The library as a whole: started once, never shut down.
enum Libgit2 {
  private static let start: Void = {
    git_libgit2_init()
    pair_git_allow_extensions()
  }()

  static func requireStarted() { _ = start }

  /// Throws when `status` is an error; libgit2's text is thread-local, so ask at once.
  static func check(_ status: Int32, _ attempt: @autoclosure () -> String) throws(GitError) {
    guard status < 0 else { return }
    throw error(status, attempt())
  }

  /// Writes an object. `git gc` takes folders away that it finds empty: when that happens between libgit2's
  /// making one and putting the object there, it is written once more.
  static func write(_ attempt: String, _ call: () -> Int32) throws(GitError) {
    var last = GitError(.other, attempt)
    for _ in 0..<10 {
      let status = call()
      if status >= 0 { return }
      last = error(status, attempt)
      guard last.message.contains("No such file or directory") else { break }
    }
    throw last
  }

  static func error(_ status: Int32, _ attempt: String) -> GitError {
    let reason = git_error_last().map { String(cString: $0.pointee.message) } ?? "error \(status)"
    let kind: GitError.Kind =
      switch git_error_code(status) {
      case GIT_ENOTFOUND: .notFound
      case GIT_EMODIFIED, GIT_EEXISTS: .modified
      case GIT_ELOCKED: .locked
      case GIT_EOWNER: .notOwned
      default:
        reason.contains("unsupported") || reason.contains("unknown repository version")
          ? .unsupported
          : reason.contains("cannot lock ref") || reason.contains("collides with existing")
            || reason.contains("parent is not directory")
            ? .nameConflict : .other
      }
    return GitError(kind, "\(attempt): \(reason)")
  }
}

/// A libgit2 object, freed exactly once. It lives inside one function; values come out.
struct Handle: ~Copyable {
  let pointer: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  init(
    freedBy free: @escaping (OpaquePointer?) -> Void, _ attempt: @autoclosure () -> String,
    _ make: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    Libgit2.requireStarted()
    var made: OpaquePointer?
    try Libgit2.check(make(&made), attempt())
    guard let made else { throw GitError(.other, "\(attempt()): nothing came back") }
    self.pointer = made
    self.free = free
  }

  deinit { free(pointer) }
}

extension ObjectID {
  init(_ oid: git_oid) {
    var oid = oid
    let length = Int(GIT_OID_HEXSZ)
    let hex = String(unsafeUninitializedCapacity: length) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { _ = git_oid_fmt($0.baseAddress, &oid) }
      return length
    }
    // git_oid_fmt writes forty hexadecimal digits, always.
    self = ObjectID(hex)!
  }

  var oid: git_oid {
    var oid = git_oid()
    git_oid_fromstr(&oid, hex)
    return oid
  }

  /// The id of `bytes` as a blob, whether or not any repository stores it.
  package static func ofBlob(_ bytes: [UInt8]) -> ObjectID {
    Libgit2.requireStarted()
    var oid = git_oid()
    git_odb_hash(&oid, bytes, bytes.count, GIT_OBJECT_BLOB)
    return ObjectID(oid)
  }
}

extension Repository {
  /// The version of libgit2 that reads repositories.
  package static var libraryVersion: String {
    var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
    git_libgit2_version(&major, &minor, &revision)
    return "\(major).\(minor).\(revision)"
  }
}
