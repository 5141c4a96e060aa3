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

  static func error(_ status: Int32, _ attempt: String) -> GitError {
    let reason = git_error_last().map { String(cString: $0.pointee.message) } ?? "error \(status)"
    return GitError(kind(of: status), attempt, because: [reason])
  }

  private static func kind(of status: Int32) -> GitError.Kind {
    switch git_error_code(status) {
    case GIT_ENOTFOUND: .notFound
    case GIT_EMISMATCH: .damaged
    case GIT_EMODIFIED, GIT_EEXISTS: .modified
    case GIT_ELOCKED: .locked
    case GIT_EOWNER: .notOwned
    case GIT_EDIRECTORY: .nameConflict
    default:
      switch errorClass {
      case GIT_ERROR_ZLIB, GIT_ERROR_ODB, GIT_ERROR_OBJECT: .damaged
      case GIT_ERROR_OS: [nil, notThere].contains(systemFault) ? .other : .noSpace
      default: .other
      }
    }
  }

  /// The part of libgit2 that the last error came from.
  static var errorClass: git_error_t? { git_error_last().map { git_error_t(UInt32($0.pointee.klass)) } }

  /// The number of a full disk, or of what is not there, where a system call said that it was the reason of
  /// the last error. libgit2 does not keep the number, but ends the text with what strerror(3) says
  /// (`git_error_vset`).
  static var systemFault: CInt? {
    guard errorClass == GIT_ERROR_OS, let text = git_error_last()?.pointee.message else { return nil }
    return Git.systemFault(endingWords: String(cString: text))
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

  /// The id of the bytes of the file at `path` as a blob; they are read piece by piece.
  ///
  /// - Throws: `GitError` when it cannot be read.
  package static func ofBlob(inFile path: String) throws(GitError) -> ObjectID {
    Libgit2.requireStarted()
    var oid = git_oid()
    try Libgit2.check(git_odb_hashfile(&oid, path, GIT_OBJECT_BLOB), "reading \(path)")
    return ObjectID(oid)
  }
}
