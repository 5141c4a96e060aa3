import Foundation
import Host
import PairCore
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func path(_ name: String) -> String { scratch.path + "/" + name }
  func names(_ folder: String) throws -> [String] { try DirectoryWalk.list(path(folder)).map(\.name) }

  @Test func `a file is rewritten piece by piece`() throws {
    let text = String(repeating: "a", count: 600_000)
    try scratch.write("d/f", text)
    var pieces = 0
    try AtomicFile.rewrite(path("d/f"), mode: 0o600, effects: .open) { piece, isLast in
      pieces += 1
      return piece.map { $0 + 1 } + (isLast ? [0x21] : [])
    }
    #expect(pieces > 2)
    #expect(scratch.read("d/f") == String(repeating: "b", count: 600_000) + "!")
    #expect(try names("d") == ["f"])
  }

  @Test func `a rewriting that fails leaves what stood there, and no scraps`() throws {
    struct Failed: Error {}
    try scratch.write("d/f", "kept")
    #expect(throws: Failed.self) {
      try AtomicFile.rewrite(path("d/f"), mode: 0o600, effects: .open) { _, _ in throw Failed() }
    }
    #expect(scratch.read("d/f") == "kept")
    let error = #expect(throws: PairError.self) {
      try AtomicFile.rewrite(path("d/none"), mode: 0o600, effects: .open) { piece, _ in piece }
    }
    #expect(error?.message == "reading \(path("d/none")): No such file or directory")
    #expect(try names("d") == ["f"])
  }

  @Test func `a copy has the content and the permissions, and is made of regular files alone`() throws {
    try scratch.write("d/script", "run", executable: true)
    try AtomicFile.copy(path("d/script"), to: path("d/copy"), effects: .open)
    #expect(scratch.read("d/copy") == "run")
    #expect(Files.isExecutable(path("d/copy")))
    try FileManager.default.createSymbolicLink(atPath: path("l"), withDestinationPath: "d/script")
    for source in ["l", "d", "none"] {
      #expect(throws: PairError.self) {
        try AtomicFile.copy(path(source), to: path("d/other"), effects: .open)
      }
    }
    #expect(throws: PairError.self) {
      try AtomicFile.copy(path("d/script"), to: path("home"), effects: .open)
    }
    #expect(try names("d") == ["copy", "script"])
    #expect(try names("").filter { $0.contains(".new-") }.isEmpty)
  }

  @Test func `a link takes the place of a file or link, not of a folder`() throws {
    try scratch.write("d/f", "")
    for target in ["one", "two"] {
      try AtomicFile.replaceLink(path("d/f"), pointingTo: Array(target.utf8), effects: .open)
      #expect(try Files.linkTarget(path("d/f")) == Array(target.utf8))
    }
    let error = #expect(throws: PairError.self) {
      try AtomicFile.replaceLink(path("home"), pointingTo: [0x78], effects: .open)
    }
    #expect(error?.message.hasPrefix("making the link \(path("home")): ") == true)
    #expect(try names("d") == ["f"])
    #expect(try names("") == ["d", "home"])
  }

  @Test func `many that write one path at once leave one of their contents whole`() throws {
    let text = { @Sendable (number: Int) in String(repeating: "\(number)", count: 100_000) }
    try Files.makeFolder(path("d"), effects: .open)
    _ = try Race.run(8) { number in
      try AtomicFile.replace(path("d/f"), with: Array(text(number).utf8), effects: .open)
    }
    let made = try Race.run(8) { number in
      try AtomicFile.create(path("d/g"), with: Array(text(number).utf8), effects: .open)
    }
    #expect((0..<8).map(text).contains(scratch.read("d/f")))
    #expect(made.filter { $0 }.count == 1)
    #expect(scratch.read("d/g") == made.firstIndex(of: true).map(text))
    #expect(try names("d") == ["f", "g"])
  }
}
