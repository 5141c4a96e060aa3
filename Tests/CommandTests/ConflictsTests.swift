import Foundation
import TestSupport
import Testing

@Suite struct ConflictsTests {
  /// A repository whose results are made by git alone: each branch is the base with the files given.
  private func repository(_ results: [String: [String: String]]) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    try repository.write("shared.txt", "one\ntwo\nthree\n")
    for number in 1...4 { try repository.write("src/file\(number).txt", "file \(number)\nof this folder\n") }
    try repository.commit("Files")
    let main = try repository.git(["branch", "--show-current"])
    for (task, files) in results.sorted(by: { $0.key < $1.key }) {
      try repository.git(["switch", "--quiet", "--create", "paircoder/\(task)", main])
      for (path, text) in files {
        if text.isEmpty {
          try repository.git(["rm", "--quiet", path])
        } else {
          try repository.write(path, text)
        }
      }
      try repository.commit(task)
      try repository.git(["switch", "--quiet", main])
    }
    return repository
  }

  @Test func `results that change a line in different ways conflict, the others do not`() throws {
    let repository = try repository([
      "TASK-1": ["shared.txt": "one\nTWO\nthree\n"], "TASK-2": ["shared.txt": "one\n2\nthree\n"],
      "TASK-3": ["new.txt": "new\n"],
    ])
    let run = try repository.pair("conflicts", ends: 1, touching: .nothing)
    #expect(
      run.output == """
        TASK-1 and TASK-2 will conflict in shared.txt
        3 results beside main, 6 pairs: one pair will conflict.

        """)
  }

  @Test func `a file added to a folder that another result moves conflicts, as git has it`() throws {
    // libgit2 merges these two without a word.
    let moved = Dictionary(
      uniqueKeysWithValues: (1...4).flatMap { number in
        [("src/file\(number).txt", ""), ("lib/file\(number).txt", "file \(number)\nof this folder\n")]
      })
    let repository = try repository(["TASK-1": moved, "TASK-2": ["src/more.txt": "more\n"]])
    let run = try repository.pair("conflicts", "--json", ends: 1, touching: .nothing)
    let record = try JSON(run.output)
    #expect(record["conflicts"].list.flatMap { $0["paths"].list.map(\.text) } == ["lib/more.txt"])
    #expect(try repository.runGit(["merge-tree", "paircoder/TASK-1", "paircoder/TASK-2"]).status == 1)
  }

  @Test func `what is merged already is not looked at, and the base is`() throws {
    let repository = try repository([
      "TASK-1": ["shared.txt": "one\nTWO\nthree\n"], "TASK-2": ["shared.txt": "one\n2\nthree\n"],
    ])
    try repository.git(["merge", "--quiet", "--no-ff", "--no-edit", "paircoder/TASK-1"])
    let run = try repository.pair("conflicts", ends: 1, touching: .nothing)
    #expect(run.output.hasPrefix("main and TASK-2 will conflict in shared.txt\none result beside main"))
  }

  @Test func `only the pairs of the tasks that are named`() throws {
    let repository = try repository([
      "TASK-1": ["shared.txt": "1\n"], "TASK-2": ["shared.txt": "2\n"], "TASK-3": ["shared.txt": "3\n"],
    ])
    let run = try repository.pair("conflicts", "task-3", ends: 1)
    #expect(!run.output.contains("TASK-1 and TASK-2"))
    #expect(run.output.contains("TASK-1 and TASK-3 will conflict in shared.txt\n"))
    #expect(run.output.contains("TASK-2 and TASK-3 will conflict in shared.txt\n"))
    let missing = try repository.pair("conflicts", "TASK-4", ends: 64)
    #expect(missing.errors.contains("TASK-4 has no result that waits to be merged"))
  }

  @Test func `without results there is nothing to say`() throws {
    let run = try repository([:]).pair("conflicts", touching: .nothing)
    #expect(run.output == "No result waits to be merged into main.\n")
  }

  @Test func `commits that have nothing in common do not merge`() throws {
    let repository = try repository([:])
    let tree = try repository.git(["rev-parse", "HEAD^{tree}"])
    let root = try repository.git(["commit-tree", "-m", "other", tree])
    try repository.git(["branch", "paircoder/TASK-1", root])
    let run = try repository.pair("conflicts", ends: 1, touching: .nothing)
    #expect(run.output.hasPrefix("main and TASK-1 do not merge: they have no commit in common\n"))
  }

  @Test func `a commit that is replaced counts as what replaces it, as for git`() throws {
    let repository = try repository([
      "TASK-1": ["a.txt": "1\n"], "TASK-2": ["b.txt": "2\n"], "TASK-3": ["a.txt": "3\n"],
    ])
    try repository.git(["replace", "paircoder/TASK-2", "paircoder/TASK-3"])
    let run = try repository.pair("conflicts", ends: 1, touching: .nothing)
    #expect(run.output.hasPrefix("TASK-1 and TASK-2 will conflict in a.txt\n"))
    #expect(try repository.runGit(["merge-tree", "paircoder/TASK-1", "paircoder/TASK-2"]).status == 1)
  }

  @Test func `in a bare repository, too`() throws {
    let source = try repository(["TASK-1": ["a.txt": "1\n"], "TASK-2": ["a.txt": "2\n"]])
    let bare = try ScratchRepository(bare: true)
    try bare.git(["fetch", "--quiet", source.path, "+refs/heads/*:refs/heads/*"])
    try bare.git(["symbolic-ref", "HEAD", "refs/heads/main"])
    let run = try bare.pair("conflicts", ends: 1, touching: .nothing)
    #expect(run.output.contains("TASK-1 and TASK-2 will conflict in a.txt\n"))
  }

  @Test func `a new result says at once what it will conflict with`() throws {
    let repository = try ScratchRepository.with()
    for id in ["TASK-1", "TASK-2"] {
      let task = TaskText(id, recipe: "echo \(id) > same.txt")
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    let first = try repository.pair("orchestrate", "--task", "TASK-1")
    #expect(!first.errors.contains("conflict"))
    let second = try repository.pair("orchestrate", "--task", "TASK-2")
    #expect(second.errors.contains("note: TASK-1 and TASK-2 will conflict in same.txt\n"))
  }
}
