import Foundation
import Glibc
import Host
import PairCore
import Synchronization
import TestSupport
import Testing

@Suite struct DirectoryWalkTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func path(_ name: String) -> String { scratch.path + "/" + name }
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }
  func walked(_ top: String, entering: (String) -> Bool = { _ in true }) throws -> [String] {
    var found: [String] = []
    try DirectoryWalk.walk(path(top)) { path, _ in
      found.append(path)
      return entering(path)
    }
    return found.sorted()
  }

  /// Makes `depth` folders called `d`, one in the other, below `top`, and a file in the last.
  func makeDeep(_ top: String, depth: Int) throws {
    try Files.makeFolder(path(top), effects: .open)
    var folder = open(path(top), O_RDONLY | O_DIRECTORY)
    for _ in 0..<depth {
      try #require(mkdirat(folder, "d", 0o755) == 0)
      let next = openat(folder, "d", O_RDONLY | O_DIRECTORY)
      close(folder)
      folder = next
    }
    close(openat(folder, "f", O_WRONLY | O_CREAT, 0o644))
    close(folder)
  }

  @Test func `a walk tells all below, goes where it is told to, and follows no link`() throws {
    try scratch.write("top/a/x", "1")
    try scratch.write("top/b/y/z", "22")
    try scratch.write("outside/secret", "")
    try link("top/l", to: path("outside"))
    #expect(try walked("top") == ["a", "a/x", "b", "b/y", "b/y/z", "l"])
    #expect(try walked("top", entering: { $0 != "b" }) == ["a", "a/x", "b", "l"])
    #expect(try walked("none").isEmpty)
    #expect(try walked("top/a/x").isEmpty)
    #expect(try walked("top/l").isEmpty, "the top may be a link that an agent made")
  }

  @Test func `a walk in order tells folders as if a slash were behind them`() throws {
    for name in ["a/b", "a-", "a.x", "a0", "b/é", "A"] { try scratch.write("top/" + name, "") }
    var found: [String] = []
    try DirectoryWalk.walkInOrder(path("top")) { path, info in
      found.append(String(decoding: path, as: UTF8.self) + (info?.kind == .folder ? "/" : ""))
      return true
    }
    #expect(found == ["A", "a-", "a.x", "a/", "a/b", "a0", "b/", "b/é"])
  }

  @Test func `a folder that becomes a link after it was seen is not entered`() throws {
    try scratch.write("top/a/x", "")
    try scratch.write("top/b/x", "")
    try scratch.write("outside/secret", "")
    for isInOrder in [false, true] {
      var found: [String] = []
      let visit = { (name: String) -> Bool in
        found.append(name)
        guard name == "a" || name == "b" else { return true }
        rename(path("top/" + name), path("aside-\(name)"))
        symlink(path("outside"), path("top/" + name))
        return true
      }
      if isInOrder {
        try DirectoryWalk.walkInOrder(path("top")) { path, _ in visit(String(decoding: path, as: UTF8.self)) }
      } else {
        try DirectoryWalk.walk(path("top")) { path, _ in visit(path) }
      }
      #expect(found.sorted() == ["a", "b"])
      for name in ["a", "b"] {
        unlink(path("top/" + name))
        rename(path("aside-\(name)"), path("top/" + name))
      }
    }
  }

  @Test func `a tree is removed without what a folder's place leads to meanwhile`() throws {
    let names = (0..<100).map { "f\($0)" }
    for name in names { try scratch.write("outside/" + name, "kept") }
    try link("link", to: path("outside"))
    for round in 0..<20 {
      for name in names { try scratch.write("tree/sub/" + name, "") }
      let isOver = Atomic<Bool>(false)
      _ = try Race.run(2) { thread in
        if thread == 0 {
          // What it cannot remove since it changed meanwhile stays, and is told.
          try? DirectoryWalk.removeTree(path("tree"), effects: .open)
          isOver.store(true, ordering: .sequentiallyConsistent)
        } else {
          while !isOver.load(ordering: .sequentiallyConsistent) {
            rename(path("tree/sub"), path("aside"))
            rename(path("link"), path("tree/sub"))
            rename(path("tree/sub"), path("link"))
            rename(path("aside"), path("tree/sub"))
          }
        }
      }
      let kept = names.filter { scratch.read("outside/" + $0) == "kept" }
      try #require(kept == names, "round \(round)")
      if FileInfo.kind(at: path("link")) == nil { try link("link", to: path("outside")) }
      for rest in ["tree", "aside"] { try DirectoryWalk.removeTree(path(rest), effects: .open) }
    }
  }

  @Test func `five thousand folders in each other are walked, counted and removed`() throws {
    try makeDeep("top/deep", depth: 5000)
    var (deepest, inOrder, isFile) = (0, 0, false)
    try DirectoryWalk.walk(path("top")) { path, info in
      deepest = max(deepest, path.utf8.count)
      isFile = isFile || info?.kind == .file
      return true
    }
    #expect(deepest == "deep".utf8.count + 2 * 5001 && isFile)
    try DirectoryWalk.walkInOrder(path("top")) { _, _ in
      inOrder += 1
      return true
    }
    #expect(inOrder == 5002)
    #expect(try DirectoryWalk.diskUse(of: path("top")) >= 0)
    try DirectoryWalk.removeTree(path("top"), effects: .open)
    #expect(FileInfo.kind(at: path("top")) == nil)
  }

  @Test func `a deep walk holds few descriptors, and finds its way back up`() throws {
    try makeDeep("top", depth: 200)
    for depth in [0, 10, 100, 199] {
      try scratch.write("top/" + String(repeating: "d/", count: depth) + "e/f", "")
    }
    var (most, files) = (0, 0)
    try DirectoryWalk.walk(path("top")) { found, info in
      if info?.kind == .file { files += 1 }
      if found.utf8.count > 390 {
        // A descriptor that another test has closed meanwhile leads nowhere.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let places = open.compactMap {
          try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        let held = places.filter { $0.hasPrefix(path("top")) }
        most = max(most, held.count)
      }
      return true
    }
    #expect(files == 5)
    #expect((1...40).contains(most), "\(most)")
    try DirectoryWalk.removeTree(path("top"), effects: .open)
    #expect(FileInfo.kind(at: path("top")) == nil)
  }

  @Test func `a deep walk whose way back was moved says so, and does not follow it`() throws {
    try makeDeep("top/a", depth: 100)
    try makeDeep("other", depth: 0)
    try scratch.write("other/secret", "")
    let deep = "a/" + String(repeating: "d/", count: 50)
    for removes in [false, true] {
      var found: [String] = []
      let error = #expect(throws: PairError.self) {
        try DirectoryWalk.walk(path("top")) { name, _ in
          found.append(name)
          if name.hasSuffix("/f") { rename(path("top/" + deep + "d"), path("other/d")) }
          return true
        }
      }
      #expect(error?.message.contains("moved") == true)
      #expect(!found.contains { $0.hasSuffix("secret") })
      rename(path("other/d"), path("top/" + deep + "d"))
      if removes { try DirectoryWalk.removeTree(path("top"), effects: .open) }
    }
  }

  @Test func `names that are no text are told repaired, or as they are in order`() throws {
    try Files.makeFolder(path("top"), effects: .open)
    let made = try Invocation.run(
      "/bin/sh",
      [
        "-c",
        "printf x > \"$(printf 'a\\377b')\"; mkdir \"$(printf 'd\\376')\"; : > \"$(printf 'd\\376')\"/in",
      ],
      in: path("top"), environment: scratch.environment)
    #expect(made.status == 0)
    var (repaired, raw): ([String], [[UInt8]]) = ([], [])
    try DirectoryWalk.walk(path("top")) { path, info in
      repaired.append(path)
      #expect(info == nil)
      return true
    }
    try DirectoryWalk.walkInOrder(path("top")) { path, info in
      raw.append(path)
      #expect(info != nil)
      return true
    }
    #expect(repaired == ["a\u{FFFD}b", "d\u{FFFD}"])
    #expect(raw == [[0x61, 0xFF, 0x62], [0x64, 0xFE], [0x64, 0xFE, 0x2F] + Array("in".utf8)])
    // Their names lead nowhere, so that nothing is known of them.
    #expect(try DirectoryWalk.list(path("top")).map(\.kind) == [.other, .other])
    try DirectoryWalk.removeTree(path("top"), effects: .open)
    #expect(FileInfo.kind(at: path("top")) == nil)
  }

  @Test func `a listing goes through a link, and a removal does not, whatever stands behind its name`() throws
  {
    try scratch.write("outside/kept", "kept")
    try link("l", to: "outside")
    #expect(try DirectoryWalk.list(path("l")).map(\.name) == ["kept"])
    try DirectoryWalk.removeTree(path("l/"), effects: .open)
    #expect(scratch.read("outside/kept") == "kept")
    #expect(FileInfo.kind(at: path("l")) == nil)
  }

  @Test func `a removal of what is not there, or not below a folder, is no error`() throws {
    try scratch.write("file", "")
    for name in ["none", "none/x", "file/x", "file"] {
      try DirectoryWalk.removeTree(path(name), effects: .open)
    }
    #expect(FileInfo.kind(at: path("file")) == nil)
    try DirectoryWalk.removeTree("", effects: .open)
  }

  @Test func `folders that their owner may not read, write or enter are removed`() throws {
    for mode in [0o000, 0o100, 0o300, 0o400, 0o500, 0o600] {
      try scratch.write("tree/\(mode)/deep/file", "x")
      for folder in ["tree/\(mode)/deep", "tree/\(mode)", "tree"] { chmod(path(folder), mode_t(mode)) }
      try DirectoryWalk.removeTree(path("tree"), effects: .open)
      #expect(FileInfo.kind(at: path("tree")) == nil, "\(mode)")
    }
  }

  @Test(.enabled(if: !Machine.isRoot))
  func `a folder that cannot be read is told, never taken for an empty one`() throws {
    try scratch.write("top/closed/x", "")
    chmod(path("top/closed"), 0)
    let error = #expect(throws: PairError.self) { try walked("top") }
    #expect(error?.message == "listing \(path("top/closed")): Permission denied")
    #expect(throws: PairError.self) { try DirectoryWalk.list(path("top/closed")) }
    chmod(path("top/closed"), 0o700)
  }

  @Test(.enabled(if: !Machine.isRoot), arguments: [0, 0o400])
  func `a walk that is told of closed folders goes on behind them`(_ mode: mode_t) throws {
    try scratch.write("top/closed/x", "")
    try scratch.write("top/open/x", "")
    chmod(path("top/closed"), mode)
    var (found, closed): ([String], [String]) = ([], [])
    try DirectoryWalk.walkInOrder(
      path("top"), closed: { path, _ in closed.append(String(decoding: path, as: UTF8.self)) }
    ) { path, _ in
      found.append(String(decoding: path, as: UTF8.self))
      return true
    }
    #expect(closed == ["closed"])
    #expect(found == ["closed", "open", "open/x"])
    #expect(try DirectoryWalk.diskUse(of: path("top")) > 0)
    chmod(path("top/closed"), 0o700)
  }

  @Test func `disk use counts the top and all below, and follows no link`() throws {
    try scratch.write("outside/big", String(repeating: "x", count: 1 << 20))
    try scratch.write("top/a/b", String(repeating: "x", count: 1 << 16))
    try link("top/l", to: path("outside"))
    try link("l", to: path("outside"))
    let use = try DirectoryWalk.diskUse(of: path("top"))
    #expect((1 << 16..<1 << 19).contains(use))
    #expect(try DirectoryWalk.diskUse(of: path("l")) < 1 << 16)
    #expect(try DirectoryWalk.diskUse(of: path("top/a/b")) >= 1 << 16)
    #expect(try DirectoryWalk.diskUse(of: path("none")) == 0)
  }
}
