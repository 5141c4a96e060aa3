import CLibgit2
import Glibc
package import PairCore

/// An index file as it was when it was read (gitformat-index(5), versions 2 to 4). Thousands of entries are
/// read at every start of a run, so paths stay bytes until one is asked for.
package struct IndexFile: Sendable {
  /// What an index knows of one path: the object, and what the system said of the file when git wrote it.
  package struct Entry: Sendable {
    /// The object's id, twenty bytes: written out only when somebody asks, since few are asked for.
    fileprivate let oid: git_oid
    package let mode: Repository.FileMode
    /// Whether somebody told git to take the file for unchanged, whatever it holds.
    package let isAssumedUnchanged: Bool
    /// Whether a sparse checkout, or somebody by hand, keeps it out of the working tree.
    package let isLeftOut: Bool
    /// 0, or which side of a conflict it is.
    package let stage: UInt16
    /// The low 32 bits of each, as the format has it.
    package let size: UInt32
    package let inode: UInt32
    package let changedAtSecond: UInt32
    package let changedAtNanosecond: UInt32
    fileprivate let pathStart: Int32
    fileprivate let pathLength: Int32

    package var id: ObjectID { ObjectID(oid) }
  }

  /// In the file's own order: by the bytes of their paths.
  package let entries: [Entry]
  private let paths: [UInt8]

  package static let empty = IndexFile(entries: [], paths: [])

  fileprivate init(entries: [Entry], paths: [UInt8]) {
    self.entries = entries
    self.paths = paths
  }

  /// Reads the `bytes` of the index at `path`.
  ///
  /// - Throws: `GitError` of kind `unsupported` for a split or sparse index, `other` for what is none.
  package init(_ bytes: [UInt8], from path: String) throws(GitError) {
    let read = bytes.withUnsafeBytes { bytes in
      Result { () throws(IndexReader.Fault) in
        var reader = IndexReader(bytes)
        return try reader.read()
      }
    }
    self = try read.mapError { GitError($0.kind, "reading the index \(path): \($0.words)") }.get()
  }

  /// The path of one of the entries; what is not UTF-8 in it is repaired.
  package func path(of entry: Entry) -> String { String(decoding: bytes(of: entry), as: UTF8.self) }

  private func bytes(of entry: Entry) -> ArraySlice<UInt8> {
    paths[Int(entry.pathStart)..<Int(entry.pathStart + entry.pathLength)]
  }

  /// The order of the entry's path and `path`: negative where it comes first, zero where they are the same.
  package func compare(_ entry: Entry, _ path: [UInt8]) -> Int {
    let length = Int(entry.pathLength)
    let order = paths.withUnsafeBytes { own in
      path.withUnsafeBytes { other in
        memcmp(
          own.baseAddress! + Int(entry.pathStart), other.baseAddress ?? own.baseAddress!,
          min(length, other.count))
      }
    }
    return order != 0 ? Int(order) : length - path.count
  }

  /// Whether the entry lies below the folder whose path, with a final `/`, is `prefix`.
  package func lies(_ entry: Entry, below prefix: [UInt8]) -> Bool {
    guard Int(entry.pathLength) > prefix.count else { return false }
    return paths.withUnsafeBytes { own in
      prefix.withUnsafeBytes {
        memcmp(own.baseAddress! + Int(entry.pathStart), $0.baseAddress!, $0.count) == 0
      }
    }
  }

  /// The position of the first entry at `path`, nil when there is none.
  package func position(of path: String) -> Int? {
    let bytes = Array(path.utf8)
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if compare(entries[middle], bytes) < 0 { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && compare(entries[low], bytes) == 0 ? low : nil
  }
}

/// Reads the bytes of an index file; each step makes sure that they are there.
private struct IndexReader {
  struct Fault: Error {
    let kind: GitError.Kind
    let words: String

    static func damaged(_ words: String) -> Fault { Fault(kind: .other, words: words) }

    static func unsupported(_ what: String) -> Fault {
      Fault(kind: .unsupported, words: "\(what) is not supported")
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var paths: [UInt8] = []
  /// Of the entry before, which a path of version 4 builds on.
  private var lastPathLength = 0
  /// Without the checksum at the end, which git does not compare when it reads either.
  private var end: Int { bytes.count - 20 }

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func read() throws(Fault) -> IndexFile {
    guard bytes.count >= 32, bytes[..<4].elementsEqual("DIRC".utf8) else {
      throw .damaged("it does not begin as one")
    }
    let version = word(4)
    guard (2...4).contains(version) else { throw .unsupported("version \(version)") }
    let count = Int(word(8))
    guard count <= end / 62 else { throw .damaged("it is cut") }  // An entry takes 62 bytes and more.
    var entries: [IndexFile.Entry] = []
    entries.reserveCapacity(count)
    paths.reserveCapacity(bytes.count / 2)
    var offset = 12
    for _ in 0..<count { entries.append(try entry(at: &offset, version)) }
    // Extensions in small letters change what the entries mean: split and sparse indexes.
    while offset + 8 <= end {
      if bytes[offset] >= 0x61 { throw .unsupported("a split or sparse index") }
      offset += 8 + Int(word(offset + 4))
    }
    guard offset == end else { throw .damaged("it is cut") }
    return IndexFile(entries: entries, paths: paths)
  }

  private mutating func entry(at offset: inout Int, _ version: UInt32) throws(Fault) -> IndexFile.Entry {
    let start = offset
    guard start + 64 <= end else { throw .damaged("it is cut") }
    let flags = half(start + 60)
    offset += 62
    var isLeftOut = false
    if version >= 3, flags & 0x4000 != 0 {
      isLeftOut = half(offset) & 0x4000 != 0
      offset += 2
    }
    guard let mode = Repository.FileMode(rawValue: word(start + 24)) else {
      throw .damaged("an entry has the mode \(String(word(start + 24), radix: 8))")
    }
    let pathStart = paths.count
    if version == 4 {
      let dropped = try number(at: &offset)
      guard dropped <= lastPathLength else { throw .damaged("a path cannot be read") }
      paths.append(contentsOf: paths[(pathStart - lastPathLength)..<(pathStart - dropped)])
    }
    guard let zero = bytes[offset..<end].firstIndex(of: 0) else { throw .damaged("it is cut") }
    paths.append(contentsOf: bytes[offset..<zero])
    // Up to version 3, one to eight zeros end an entry, so that its length is a multiple of eight.
    offset = version == 4 ? zero + 1 : start + (zero - start + 8) / 8 * 8
    lastPathLength = paths.count - pathStart
    return IndexFile.Entry(
      oid: bytes.loadUnaligned(fromByteOffset: start + 40, as: git_oid.self), mode: mode,
      isAssumedUnchanged: flags & 0x8000 != 0,
      isLeftOut: isLeftOut, stage: flags >> 12 & 3, size: word(start + 36), inode: word(start + 20),
      changedAtSecond: word(start), changedAtNanosecond: word(start + 4), pathStart: Int32(pathStart),
      pathLength: Int32(lastPathLength))
  }

  /// How many bytes of the path before to drop, as git packs offsets (gitformat-pack(5)).
  private func number(at offset: inout Int) throws(Fault) -> Int {
    var value = 0
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      value = value << 7 | Int(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
      value += 1
      if value > 1 << 20 { break }
    }
    throw .damaged("a path cannot be read")
  }

  private func word(_ offset: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func half(_ offset: Int) -> UInt16 {
    UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
}
