import Foundation
import TestSupport
import Testing

/// What an agent reaches by its path, outside of its worktree, is told, and blocks its result.
@Suite struct WatchTests {
  private func trusting(_ recipes: String...) throws -> ScratchRepository {
    let repository = try ScratchRepository.with().withoutSandbox()
    for (number, recipe) in recipes.enumerated() {
      let task = TaskText("TASK-\(number + 1)", recipe: recipe, fields: ["sprint: 1"])
      try repository.write(task.path, task.text)
    }
    try repository.commit("Tasks")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    return repository
  }

  /// Has the recipe of TASK-1 write a file, and do `deed` in the user's repository.
  private func running(_ deed: String, _ setUp: (ScratchRepository) throws -> Void = { _ in }) throws
    -> (ScratchRepository, Invocation)
  {
    let repository = try trusting(
      "echo hello > hello.txt; cd \"$PAIRCODER_TEST_REPO\"; \(deed)", "echo 2 > 2.txt")
    try setUp(repository)
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", touching: .theUsersFiles,
      environment: ["PAIRCODER_TEST_REPO": repository.path])
    return (repository, run)
  }

  /// - name: what the finding names. undo: what stands behind "To undo it: ", with `$OLD` for HEAD.
  @Test(arguments: [
    ("git update-ref refs/heads/main HEAD~1", "refs/heads/main", "git update-ref refs/heads/main $OLD "),
    ("git branch evil", "refs/heads/evil", "git update-ref -d refs/heads/evil $OLD"),
    ("git branch -D side", "refs/heads/side", "git update-ref refs/heads/side $OLD ''"),
    ("git tag v1", "refs/tags/v1", "git update-ref -d refs/tags/v1 $OLD"),
    ("echo x > file.txt", "file.txt", "git cat-file blob "),
    ("echo x > README.md", "README.md", "git -C "),
    ("chmod 600 README.md", "README.md", "git -C "),
    ("echo x > new.txt", "new.txt", "rm "),
    ("git add file.txt", "index", "git cat-file blob "),
    ("rm .git/index", "index", "git cat-file blob "),
    ("touch .git/index.lock", ".git/index.lock", "rm "),
    ("echo 'ref: refs/heads/side' > .git/HEAD", ".git/HEAD", "git cat-file blob "),
    ("rm .git/logs/HEAD", ".git/logs/HEAD", "git cat-file blob "),
  ])
  func `what is changed is named, with the way back`(deed: String, name: String, undo: String) throws {
    let (repository, run) = try running(deed) { repository in
      try repository.write("README.md", "Read me\n")
      try repository.commit("Read me")
      try repository.git(["branch", "side"])
      try repository.write("file.txt", "work in progress\n")
    }
    let head = try repository.git(["rev-parse", "paircoder/TASK-1~1"])
    let finding = try #require(
      run.output.split(separator: "\n").first { $0.contains("block: ") && $0.contains("\(name): ") })
    #expect(
      finding.contains("To undo it: " + undo.replacingOccurrences(of: "$OLD", with: head)), "\(finding)")
    #expect(!run.output.contains("git merge"))
    let review = try repository.pair("review", "TASK-1", ends: 1, touching: .theUsersFiles)
    #expect(review.output.contains("changed what is not its"))
    #expect(try repository.logged("Event", of: "TASK-1").prefix(3) == ["claimed", "started", "outside"])
  }

  @Test func `the way back leads back`() throws {
    let (repository, run) = try running(
      "git update-ref refs/heads/main HEAD~1; git branch -D side; echo x > file.txt; git config core.pager evil"
    ) {
      try $0.commit("More")
      try $0.git(["branch", "side"])
      try $0.write("file.txt", "work in progress\n")
    }
    for line in run.output.split(separator: "\n") where line.contains("To undo it: ") {
      let command = line.components(separatedBy: "To undo it: ")[1]
      let undone = try Invocation.run(
        "/bin/sh", ["-ec", command], in: repository.path, environment: repository.scratch.environment)
      #expect(undone.status == 0, "\(command): \(undone)")
    }
    let head = try repository.git(["rev-parse", "paircoder/TASK-1~1"])
    #expect(try repository.git(["rev-parse", "main", "side"]) == "\(head)\n\(head)")
    #expect(repository.read("file.txt") == "work in progress\n")
    #expect(repository.read(".git/config")?.contains("evil") == false)
  }

  @Test(arguments: [
    (
      "git config filter.x.clean 'touch \"$PAIRCODER_TEST_REPO/sprung\"; cat'; echo '* filter=x' > .git/info/attributes",
      ".git/config"
    ),
    (
      "printf '#!/bin/sh\\ntouch sprung\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout",
      ".git/hooks/post-checkout"
    ),
    ("git config --global core.fsmonitor evil", "/.gitconfig"),
  ])
  func `nothing runs by what it planted until a person has looked`(deed: String, name: String) throws {
    let (repository, run) = try running(deed)
    #expect(run.output.contains(name))
    try repository.write("README.md", "changed\n")
    for arguments in [["orchestrate", "--task", "TASK-2"], ["retry", "TASK-1"]] {
      let next = try repository.pair(
        arguments, ends: 77, touching: .theUsersFiles, environment: ["PAIRCODER_TEST_REPO": repository.path])
      #expect(next.errors.contains("error: an agent changed "))
    }
    #expect(repository.read("sprung") == nil)
    for line in run.output.split(separator: "\n") where line.contains("To undo it: ") {
      _ = try Invocation.run(
        "/bin/sh", ["-c", line.components(separatedBy: "To undo it: ")[1]], in: repository.path,
        environment: repository.scratch.environment)
    }
    try repository.pair("orchestrate", "--task", "TASK-2", touching: .theUsersFiles)
    #expect(repository.read("sprung") == nil)
  }

  @Test func `integrate leaves out what its agent did not leave alone`() throws {
    let (repository, _) = try running("git branch evil")
    let run = try repository.pair("integrate", "--plan", "1", "--dry-run", ends: 1, touching: .theUsersFiles)
    #expect(run.output.contains("changed what is not its"), "\(run)")
  }

  @Test func `what another run makes meanwhile is nobody's finding`() throws {
    let repository = try trusting(
      "sleep 0.3; echo 1 > 1.txt", "sleep 0.1; echo 2 > 2.txt", "sleep 0.2; echo 3 > 3.txt")
    let run = try repository.pair("orchestrate", "--plan", "1", "--parallel", "3")
    #expect(!(run.output + run.errors).contains("block: "), "\(run)")
  }

  /// A program of the user's that works in the checkout.
  private func start(
    _ program: String, _ arguments: [String], in repository: ScratchRepository
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: repository.path)
    try process.run()
    return process
  }

  /// A shell that waits for them in another window explains nothing.
  @Test func `a shell that only waits does not stand for the user`() throws {
    let repository = try trusting("echo hello > hello.txt; echo x > \"$PAIRCODER_TEST_REPO/new.txt\"")
    let shell = try start("/bin/sleep", ["60"], in: repository)
    defer { shell.terminate() }
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", touching: .theUsersFiles,
      environment: ["PAIRCODER_TEST_REPO": repository.path])
    #expect(run.output.contains("block: new.txt"), "\(run)")
  }

  @Test func `a run that is stopped tells what its agent changed, too`() throws {
    let repository = try trusting(
      "echo hello > hello.txt; git -C \"$PAIRCODER_TEST_REPO\" config core.pager evil; touch \"$PAIRCODER_TEST_REPO/../ready\"; sleep 60"
    )
    let run = try repository.startPair(
      "orchestrate", "--task", "TASK-1", environment: ["PAIRCODER_TEST_REPO": repository.path])
    for _ in 0..<300 where !repository.scratch.exists("ready") { Thread.sleep(forTimeInterval: 0.1) }
    run.send(signal: SIGINT)
    _ = try run.wait()
    #expect(try repository.logged("Event", of: "TASK-1").contains("outside"))
    let next = try repository.pair("retry", "TASK-1", ends: 77, touching: .theUsersFiles)
    #expect(next.errors.contains("error: an agent changed "))
  }

  @Test func `a link in the place of a file is what it leads to`() throws {
    let (repository, run) = try running(
      "cp .git/config .git/c2; git config --file .git/c2 core.pager evil; rm .git/config; ln -s c2 .git/config"
    )
    #expect(run.output.contains("block: "))
    let next = try repository.pair("orchestrate", "--task", "TASK-2", ends: 77, touching: .theUsersFiles)
    #expect(next.errors.contains("error: an agent changed "))
  }

  /// A shell that works in the checkout stands for its user.
  @Test func `where the user is at work, what changed is theirs`() throws {
    let repository = try trusting("echo hello > hello.txt; echo x > \"$PAIRCODER_TEST_REPO/new.txt\"")
    let shell = try start("/bin/sh", ["-c", "while sleep 0.05; do :; done"], in: repository)
    defer { shell.terminate() }
    let run = try repository.pair(
      "orchestrate", "--task", "TASK-1", touching: .theUsersFiles,
      environment: ["PAIRCODER_TEST_REPO": repository.path])
    #expect(!run.output.contains("block: "), "\(run)")
    #expect(run.output.contains("git merge"))
  }

  /// The recipe's supervisor is a child of the command.
  private static let killsCommand = "kill -9 $(cut -d ' ' -f 4 /proc/$PPID/stat)"

  @Test func `what an agent changed before its command was killed is told by the next command`() throws {
    let repository = try trusting(
      "cd \"$PAIRCODER_TEST_REPO\"; git branch evil; git config core.pager evil; \(Self.killsCommand); sleep 60",
      "echo 2 > 2.txt")
    let tells = ["PAIRCODER_TEST_REPO": repository.path]
    try repository.pair(
      "orchestrate", "--task", "TASK-1", ends: 137, touching: .theUsersFiles, environment: tells)
    let next = try repository.pair("orchestrate", "--task", "TASK-2", ends: 77, touching: .theUsersFiles)
    #expect(next.errors.contains("note: refs/heads/evil: made, at "), "\(next)")
    #expect(next.errors.contains("To undo it: git update-ref -d refs/heads/evil "), "\(next)")
    #expect(next.errors.contains("note: \(repository.path)/.git/config: changed (now with: pager = evil)"))
    #expect(try repository.logged("Event", of: "TASK-1").contains("outside"))
    try repository.git(["config", "--unset", "core.pager"])
    let last = try repository.pair("orchestrate", "--task", "TASK-2", touching: .theUsersFiles)
    #expect(!last.errors.contains("refs/heads/evil"), "It is told once: \(last)")
  }

  @Test func `what a user does after a run was killed is not told`() throws {
    let repository = try trusting("\(Self.killsCommand); sleep 60", "echo 2 > 2.txt")
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 137, touching: .theUsersFiles)
    let later = ["GIT_COMMITTER_DATE": "@\(Int(Date().timeIntervalSince1970) + 600) +0000"]
    let commit = try repository.runGit(
      ["commit", "--quiet", "--allow-empty", "-m", "More"], environment: later)
    #expect(commit.status == 0)
    let next = try repository.pair("orchestrate", "--task", "TASK-2", touching: .theUsersFiles)
    #expect(!next.errors.contains("refs/heads/main"), "\(next)")
    #expect(try !repository.logged("Event", of: "TASK-1").contains("outside"))
  }

  @Test func `what the user ignores everywhere stays ignored where an agent changes that`() throws {
    let (repository, _) = try running("echo > \"$HOME/.config/git/ignore\"; echo x > \"$OLDPWD/a.log\"") {
      let folder = try #require($0.scratch.environment["HOME"]) + "/.config/git"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try "*.log\n".write(toFile: folder + "/ignore", atomically: true, encoding: .utf8)
    }
    #expect(try repository.changedFiles(in: "paircoder/TASK-1").filter { $0.hasSuffix(".log") } == [])
  }

  @Test func `a record that was damaged is told`() throws {
    let repository = try trusting("\(Self.killsCommand); sleep 60", "echo 2 > 2.txt")
    try repository.pair("orchestrate", "--task", "TASK-1", ends: 137, touching: .theUsersFiles)
    let folder = repository.path + "/.git/paircoder/watches/TASK-1"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    try "{}".write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    let next = try repository.pair("orchestrate", "--task", "TASK-2", touching: .theUsersFiles)
    #expect(next.errors.contains("note: bpsai-pair cannot tell what run "), "\(next)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
