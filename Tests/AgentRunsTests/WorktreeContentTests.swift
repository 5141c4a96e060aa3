import AgentRuns
import Host
import TestSupport
import Testing

@Suite struct WorktreeContentTests {
  @Test func `everything on disk is content, whatever git makes of it`() async throws {
    let sample = try await WorktreeSample(files: [".gitignore": "ignored/\n"])
    try sample.agent(
      """
      mkdir -p ignored deep/er empty; echo x > ignored/file; echo x > deep/er/run; chmod +x deep/er/run
      ln -s ../kept deep/link; ln -s nowhere dangling; ln -s ignored folder-link; mkfifo pipe
      """)
    let content = try WorktreeContent(below: sample.worktree.path)
    #expect(
      content.entries.map {
        "\($0.path) \($0.isLink ? "link" : "file")\($0.isExecutable ? " executable" : "")"
      } == [
        ".gitignore file", "dangling link", "deep/er/run file executable", "deep/link link",
        "folder-link link",
        "ignored/file file", "kept file",
      ])
    #expect(content.nestedRepositories.isEmpty)
    #expect(content.unreadable.isEmpty)
  }

  @Test func `repositories inside are found, with their content`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent(
      "git init --quiet sub/inner; echo x > sub/inner/file; mkdir other; echo 'gitdir: x' > other/.git")
    let content = try WorktreeContent(below: sample.worktree.path)
    #expect(content.nestedRepositories == ["other", "sub/inner"])
    #expect(content.entries.contains { $0.path == "sub/inner/file" })
    #expect(content.entries.contains { $0.path == "sub/inner/.git/HEAD" })
    #expect(!content.entries.contains { $0.path == ".git" })
  }

  @Test func `a name that is no UTF-8 is told`() async throws {
    let sample = try await WorktreeSample()
    try sample.agent("printf x > \"$(printf 'a\\377b')\"")
    let unreadable = try WorktreeContent(below: sample.worktree.path).unreadable
    #expect(unreadable.map(\.why) == ["the name 'a\u{FFFD}b' is not UTF-8"])
  }
}
