import Foundation
import PairCore
import TestSupport
import Testing

@testable import Host

/// Processes that no run of ours is to touch.
@Suite struct ProcessTracesTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Starts `script` in a session of its own, away from every terminal, and hands out its id while it lives.
  private func process(
    _ script: String = "exec sleep 60", _ more: [String: String] = [:], _ test: (Int32) throws -> Void
  ) throws {
    let name = UUID().uuidString
    let program = try RunningProgram(
      "/usr/bin/setsid", ["/bin/sh", "-c", "echo $$ > \(name).new; mv \(name).new \(name); \(script)"],
      in: scratch.path,
      environment: scratch.environment.merging(more) { $1 })
    for _ in 0..<5_000 where !scratch.exists(name) { usleep(2_000) }
    let id = try #require(scratch.read(name).flatMap { Int32($0.dropLast()) })
    try test(id)
    kill(-id, SIGKILL)
    _ = try program.wait()
  }

  @Test func `a process that works in a run's folder and is older than the run is spared`() throws {
    try process { id in
      sleep(1)
      let traces = ProcessTraces(of: "none", in: [scratch.path])
      #expect(traces.killAll() == 0)
      #expect(kill(id, 0) == 0)
    }
  }

  @Test func `a younger one in the folder or below it is killed, elsewhere it is spared`() throws {
    try scratch.write("sub/file", "")
    let traces = ProcessTraces(of: "none", in: [scratch.path])
    try process("cd sub; exec sleep 60") { id in
      #expect(ProcessTraces(of: "none", in: [scratch.path + "/su"], since: Machine.now).killAll() == 0)
      #expect(traces.killAll() == 1)
      #expect(ProcessRecord(of: id)?.hasEnded != false)
    }
  }

  @Test func `a person's program in the folder, behind a terminal, is spared`() throws {
    try scratch.write("work/.keep", "")
    let traces = ProcessTraces(of: "none", in: [scratch.path + "/work"])
    let script = "exec script -qc 'cd work; echo $$ > inner; exec sleep 60' /dev/null < /dev/zero > /dev/null"
    try process(script) { _ in
      for _ in 0..<2_500 where scratch.read("work/inner")?.hasSuffix("\n") != true { usleep(2_000) }
      let inner = try #require(scratch.read("work/inner").flatMap { Int32($0.dropLast()) })
      #expect(ProcessRecord(of: inner)?.hasTerminal == true)
      #expect(traces.killAll() == 0)
      #expect(kill(inner, SIGKILL) == 0)
    }
  }

  @Test func `the mark must be the whole of it, and this process is spared`() throws {
    let run = UUID().uuidString
    setenv(ProcessTraces.variable, run, 1)
    defer { unsetenv(ProcessTraces.variable) }
    try process("exec sleep 60", [ProcessTraces.variable: run + "x", "OTHER": run]) { id in
      #expect(ProcessTraces(of: run).killAll() == 0)
      #expect(kill(id, 0) == 0)
      #expect(ProcessTraces(of: run + "x").killAll() == 1)
    }
  }

  @Test func `a process is told from a later one with its id by its start`() throws {
    try process { id in
      let record = try #require(ProcessRecord(of: id))
      #expect(record.isStillThere)
      #expect(record.session == id)
      #expect(record.kill())
      for _ in 0..<1_000 where record.isStillThere { usleep(1_000) }
      #expect(!record.isStillThere)
      #expect(!record.kill())
    }
  }
}
