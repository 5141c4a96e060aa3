import Foundation
import PairCore
import TestSupport
import Testing

@testable import Pipeline

@Suite struct HookFileTests {
  static let template =
    "#!/bin/sh\n# bpsai-pair: routes the tasks that a commit changed.\npair='@BPSAI_PAIR@'\n"
  static let path = ".git/hooks/post-commit"
  static let before = ".git/hooks/before-bpsai-pair/post-commit"

  let scratch: ScratchRepository

  init() throws { scratch = try ScratchRepository() }

  func hook() throws -> HookFile { try HookFile(.postCommit, in: Workspace(.of(scratch))) }
  func install(_ program: String = "/usr/bin/bpsai-pair") throws -> String {
    try hook().install(template: Self.template, program: program)
  }
  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: scratch.path + "/" + name)[.posixPermissions] as? Int
  }

  @Test func `a hook is installed, again without harm, and removed`() throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/.git/hooks")
    for _ in 0..<2 {
      #expect(try install() == "Installed \(scratch.path)/\(Self.path).")
      #expect(
        scratch.read(Self.path)
          == Self.template.replacingOccurrences(of: "@BPSAI_PAIR@", with: "/usr/bin/bpsai-pair"))
      #expect(try mode(Self.path) == 0o755)
    }
    #expect(try hook().uninstall().hasPrefix("Removed"))
    #expect(scratch.read(Self.path) == nil)
    #expect(try hook().uninstall().hasPrefix("No hook of ours"))
  }

  @Test(arguments: [("#!/bin/sh\necho mine\n", 0o755), ("no newline, not executable", 0o644), ("", 0o700)])
  func `a hook that stood there comes back byte for byte`(_ text: String, _ bits: Int) throws {
    try scratch.write(Self.path, text)
    try FileManager.default.setAttributes(
      [.posixPermissions: bits], ofItemAtPath: scratch.path + "/" + Self.path)
    #expect(try install().contains("runs first"))
    _ = try install("/elsewhere/bpsai-pair")
    #expect(scratch.read(Self.before) == text)
    #expect(try hook().uninstall().hasPrefix("Put back"))
    #expect(scratch.read(Self.path) == text)
    #expect(try mode(Self.path) == bits)
    #expect(!scratch.scratch.exists("repo/.git/hooks/before-bpsai-pair"))
  }

  @Test func `nothing is overwritten when two foreign hooks stand there`() throws {
    try scratch.write(Self.path, "one")
    try scratch.write(Self.before, "two")
    #expect(throws: PairError.self) { try install() }
    #expect(scratch.read(Self.path) == "one")
    #expect(scratch.read(Self.before) == "two")
  }

  @Test func `a foreign hook is not uninstalled`() throws {
    try scratch.write(Self.path, "mine")
    #expect(try hook().uninstall().hasPrefix("No hook of ours"))
    #expect(scratch.read(Self.path) == "mine")
  }

  @Test func `a program's path with quotes stays one word`() throws {
    let program = "/a b/it's $HOME/bpsai-pair"
    _ = try install(program)
    let script = try #require(scratch.read(Self.path))
    let run = try Invocation.run(
      "/bin/sh", ["-c", script + "printf %s \"$pair\""], in: scratch.path,
      environment: scratch.scratch.environment)
    #expect(run.output == program)
  }

  @Test func `a folder outside the working tree that the user configured is used`() throws {
    try scratch.git(["config", "core.hooksPath", "~/hooks"])
    #expect(try install() == "Installed \(scratch.scratch.path)/home/hooks/post-commit.")
  }

  @Test func `the folder of this repository's own hooks may be configured`() throws {
    try scratch.git(["config", "core.hooksPath", scratch.path + "/.git/hooks"])
    #expect(try install() == "Installed \(scratch.path)/\(Self.path).")
  }

  @Test(arguments: ["--global", "--system"])
  func `hooks of all the user's repositories are refused, unless this one has its own`(level: String) throws {
    let system = ["GIT_CONFIG_SYSTEM": scratch.scratch.path + "/system"]
    try scratch.git(
      ["config", level, "core.hooksPath", scratch.scratch.path + "/all"], environment: system)
    let error = try #require(throws: PairError.self) {
      try HookFile(.postCommit, in: Workspace(.of(scratch, system)))
    }
    #expect(error.kind == .unsupported)
    #expect(error.hint?.hasSuffix("git config core.hooksPath '\(scratch.path)/.git/hooks'") == true)
    try scratch.git(["config", "core.hooksPath", scratch.path + "/.git/hooks"])
    _ = try HookFile(.postCommit, in: Workspace(.of(scratch, system)))
  }

  @Test(arguments: [".husky/_", "hooks", "IN"])
  func `hooks inside the working tree are refused`(_ folder: String) throws {
    try scratch.git(["config", "core.hooksPath", folder == "IN" ? scratch.path + "/hooks" : folder])
    let error = try #require(throws: PairError.self) { try hook() }
    #expect(error.kind == .unsupported)
  }
}
