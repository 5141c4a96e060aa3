import Foundation
import Host
import PairCore
import TestSupport
import Testing

@Suite struct FilesTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func path(_ name: String) -> String { scratch.path + "/" + name }
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }
  func names(_ folder: String) throws -> [String] { try DirectoryWalk.list(path(folder)).map(\.name) }

  @Test func `a path is a file, a folder, a link or nothing`() throws {
    try scratch.write("d/a", "x")
    try link("dangling", to: "nowhere")
    try link("to-folder", to: "d")
    #expect(FileInfo.kind(at: path("d/a")) == .file)
    #expect(FileInfo.kind(at: path("d")) == .folder)
    #expect(FileInfo.kind(at: path("dangling")) == .link)
    #expect(FileInfo.kind(at: path("to-folder")) == .link)
    #expect(FileInfo.kind(at: path("none")) == nil)
    #expect(FileInfo.kind(at: "/dev/null") == .other)
  }

  @Test func `a file is read whole, and nothing where there is none`() throws {
    let text = String(repeating: "0123456789", count: 20_000)
    try scratch.write("big", text)
    #expect(try Files.read(path("big")) == Array(text.utf8))
    #expect(try Files.read(path("none")) == nil)
    #expect(try Files.read(path("big/below")) == nil)
    try scratch.write("empty", "")
    #expect(try Files.read(path("empty")) == [])
  }

  @Test func `a file is not read beyond the limit`() throws {
    try scratch.write("five", "12345")
    #expect(try Files.read(path("five"), limitInBytes: 5)?.count == 5)
    let error = try #require(throws: PairError.self) { try Files.read(path("five"), limitInBytes: 4) }
    #expect(error.kind == .invalidInput)
    #expect(error.message.contains("4 bytes"))
  }

  @Test func `a folder cannot be read as a file`() throws {
    let error = try #require(throws: PairError.self) { try Files.read(scratch.path) }
    #expect(error.message == "reading \(scratch.path): Is a directory")
  }

  @Test func `replacing leaves the new content, its mode and nothing else`() throws {
    try scratch.write("d/a", "old")
    try AtomicFile.replace(path("d/a"), with: Array("new".utf8), mode: 0o755, effects: .open)
    #expect(scratch.read("d/a") == "new")
    #expect(Files.isExecutable(path("d/a")))
    #expect(try names("d") == ["a"])
  }

  @Test func `replacing a link replaces the link, not what it points at`() throws {
    try scratch.write("target", "kept")
    try link("l", to: "target")
    try AtomicFile.replace(path("l"), with: Array("new".utf8), effects: .open)
    #expect(scratch.read("target") == "kept")
    #expect(FileInfo.kind(at: path("l")) == .file)
  }

  @Test func `a folder is removed only when it is empty`() throws {
    try scratch.write("d/a", "kept")
    try Files.removeEmptyFolder(path("d"), effects: .open)
    #expect(scratch.read("d/a") == "kept")
    try Files.remove(path("d/a"), effects: .open)
    for _ in 0..<2 { try Files.removeEmptyFolder(path("d"), effects: .open) }
    #expect(FileInfo.kind(at: path("d")) == nil)
  }

  @Test func `a write that fails leaves what stood there, and no scraps`() throws {
    try scratch.write("d/folder/x", "kept")
    let error = try #require(throws: PairError.self) {
      try AtomicFile.replace(path("d/folder"), with: [1], effects: .open)
    }
    #expect(error.message.hasPrefix("writing \(path("d/folder")): "))
    #expect(scratch.read("d/folder/x") == "kept")
    #expect(try names("d") == ["folder"])
    let missing = try #require(throws: PairError.self) {
      try AtomicFile.replace(path("none/a"), with: [1], effects: .open)
    }
    #expect(missing.message == "writing \(path("none/a")): No such file or directory")
    #expect(FileInfo.kind(at: path("none")) == nil)
  }

  @Test func `what the door refuses is not done`() throws {
    struct Refused: Error {}
    let shut = EffectDoor { _ in throw Refused() }
    try scratch.write("a", "old")
    #expect(throws: Refused.self) { try AtomicFile.replace(path("a"), with: [1], effects: shut) }
    #expect(throws: Refused.self) { try AtomicFile.create(path("b"), with: [1], effects: shut) }
    #expect(throws: Refused.self) { try Files.makeFolder(path("c"), effects: shut) }
    #expect(throws: Refused.self) { try Files.makeFolder(path("c/d"), effects: shut) }
    #expect(throws: Refused.self) { try Files.rename(path("a"), to: path("b"), effects: shut) }
    #expect(throws: Refused.self) { try Files.remove(path("a"), effects: shut) }
    #expect(throws: Refused.self) { try DirectoryWalk.removeTree(path("a"), effects: shut) }
    #expect(try names("") == ["a", "home"])
    #expect(scratch.read("a") == "old")
  }

  @Test func `creating never overwrites`() throws {
    #expect(try AtomicFile.create(path("a"), with: Array("1".utf8), effects: .open))
    #expect(try !AtomicFile.create(path("a"), with: Array("2".utf8), effects: .open))
    try link("dangling", to: "nowhere")
    #expect(try !AtomicFile.create(path("dangling"), with: [1], effects: .open))
    #expect(scratch.read("a") == "1")
    #expect(try names("") == ["a", "dangling", "home"])
  }

  @Test func `folders are made with those above them, and again without harm`() throws {
    try Files.makeFolder(path("a/b/c"), effects: .open)
    try Files.makeFolder(path("a/b/c"), effects: .open)
    #expect(FileInfo.kind(at: path("a/b/c")) == .folder)
    try link("l", to: "a")
    try Files.makeFolder(path("l/x"), effects: .open)
    #expect(FileInfo.kind(at: path("a/x")) == .folder)
    try scratch.write("file", "")
    for taken in ["file", "file/x"] {
      let error = try #require(throws: PairError.self) { try Files.makeFolder(path(taken), effects: .open) }
      #expect(error.message.contains("Not a directory"), "\(error.message)")
    }
  }

  @Test func `a listing is in the order of the names`() throws {
    for name in ["b", "a", "A", "a-1", ".hidden", "ä"] { try scratch.write("d/" + name, "") }
    try Files.makeFolder(path("d/folder"), effects: .open)
    #expect(try names("d") == [".hidden", "A", "a", "a-1", "b", "folder", "ä"])
    #expect(try DirectoryWalk.list(path("d")).filter { $0.kind == .folder }.map(\.name) == ["folder"])
    #expect(try names("none").isEmpty)
  }

  @Test func `removing a tree follows no link and minds no read-only folder`() throws {
    try scratch.write("outside/kept", "kept")
    try scratch.write("tree/module/deep/file", "x")
    try link("tree/to-folder", to: path("outside"))
    try link("tree/to-file", to: path("outside/kept"))
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path("tree/module/deep"))
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path("tree/module"))
    try DirectoryWalk.removeTree(path("tree"), effects: .open)
    #expect(FileInfo.kind(at: path("tree")) == nil)
    #expect(scratch.read("outside/kept") == "kept")
    try DirectoryWalk.removeTree(path("tree"), effects: .open)
    try link("l", to: "outside")
    try DirectoryWalk.removeTree(path("l"), effects: .open)
    #expect(scratch.read("outside/kept") == "kept")
  }

  @Test func `a tree with names that are no text is removed, too`() throws {
    try Files.makeFolder(path("tree"), effects: .open)
    let made = try Invocation.run(
      "/bin/sh", ["-c", "printf x > \"$(printf 'a\\377b')\" && mkdir \"$(printf 'd\\376')\""],
      in: path("tree"),
      environment: scratch.environment)
    #expect(made.status == 0)
    try DirectoryWalk.removeTree(path("tree"), effects: .open)
    #expect(FileInfo.kind(at: path("tree")) == nil)
  }

  @Test func `removing what is not there is no error`() throws {
    try Files.remove(path("none"), effects: .open)
    try scratch.write("a", "")
    try Files.remove(path("a"), effects: .open)
    #expect(FileInfo.kind(at: path("a")) == nil)
    #expect(throws: PairError.self) { try Files.remove(path("home"), effects: .open) }
  }

  @Test func `a link tells where it points, whatever stands there`() throws {
    try link("l", to: "no/where")
    #expect(try Files.linkTarget(path("l")) == Array("no/where".utf8))
    #expect(throws: PairError.self) { try Files.linkTarget(scratch.path) }
    #expect(Files.canonical(path("l")) == nil)
    try link("h", to: "home")
    #expect(Files.canonical(path("h")) == path("home"))
  }

  @Test func `only a regular file with its bit set is executable`() throws {
    try scratch.write("yes", "", executable: true)
    try scratch.write("no", "")
    #expect(Files.isExecutable(path("yes")))
    #expect(!Files.isExecutable(path("no")))
    #expect(!Files.isExecutable(scratch.path))
    #expect(!Files.isExecutable(path("none")))
  }

  @Test(.enabled(if: !Machine.isRoot))
  func `what may not be read is an error with words and a hint`() throws {
    try scratch.write("secret", "x")
    try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path("secret"))
    let error = try #require(throws: PairError.self) { try Files.read(path("secret")) }
    #expect(error.message == "reading \(path("secret")): Permission denied")
    #expect(error.hint == "Check who owns it and its permissions.")
  }

  @Test func `a device that refuses is an error with words`() throws {
    let error = try #require(throws: PairError.self) {
      try Files.makeFolder("/proc/none/folder", effects: .open)
    }
    #expect(error.kind == .internal)
    #expect(error.message.hasPrefix("making the folder /proc/none"))
  }
}
