import PairCore
import TaskFiles
import Testing

@Suite struct PeekAndStatusTests {
  @Test(arguments: [
    ("---\nid: TASK-1\n---\n", "TASK-1"), ("\n---\ntitle: x\nid: 'T1.2' # a\n---\n", "T1.2"),
    ("---\nid: \"T1\"\n---\n", "T1"), ("---\nid: T1 # a\n---\n", "T1"), ("---\nid : T1\n---\n", "T1"),
    ("---\nsub:\n  id: no\n---\n# T1: x\n", nil), ("---\nidea: x\nid:\n---\n", nil),
    ("---\ntitle: x\n---\nid: T1\n", nil),
    ("# TASK-1: One\n\n## Metadata\n- **ID**: TASK-2\n", "TASK-2"), ("* ID: `TASK-2`\n", "TASK-2"),
    ("- **Id:** TASK-2 (new)\n", "TASK-2"), ("# TASK-1: One\n", "TASK-1"), ("# Note: One\n", nil), ("", nil),
    ("Text\n\n```\n- **ID**: no\n```\n", nil), ("```\n# TASK-1: x\n```\n", nil),
  ])
  func `the id is found without parsing`(_ text: String, _ id: String?) {
    #expect(TaskFile.id(peekedFrom: Array(text.utf8)) == id)
    #expect(TaskFile.id(peekedFrom: Array(("\u{FEFF}" + text.withCRLF).utf8)) == id)
  }

  @Test(arguments: [TaskHeadTests.frontMatter, TaskHeadTests.bullets])
  func `the peeked id is the parsed one`(_ text: String) throws {
    #expect(TaskFile.id(peekedFrom: Array(text.utf8)) == (try parseTask(text).id.text))
  }

  @Test(arguments: [
    ("---\nid: a\nstatus: pending\ntags: [x]\n---\n", "---\nid: a\nstatus: done\ntags: [x]\n---\n"),
    ("---\nstatus: \"in progress\"  # since May\n---\n", "---\nstatus: \"done\"  # since May\n---\n"),
    ("---\nstatus: 'x' \n---\n", "---\nstatus: 'done' \n---\n"),
    ("---\nstatus:\tin progress \t# a\n---\n", "---\nstatus:\tdone \t# a\n---\n"),
    ("---\nstatus:\nid: a\n---\n", "---\nstatus: done\nid: a\n---\n"),
    ("---\nstatus: # none yet\n---\n", "---\nstatus: done # none yet\n---\n"),
    ("---\nstatus: [a]\n---\n", "---\nstatus: done\n---\n"),
    ("---\nstatus: a#b\n---\n", "---\nstatus: done\n---\n"),
    ("---\n\"status\": a\n---\n", "---\n\"status\": done\n---\n"),
    (
      "---\nnote: |\n  status: a\nid: a\n---\nstatus: b\n",
      "---\nnote: |\n  status: a\nid: a\nstatus: done\n---\nstatus: b\n"
    ),
    ("---\nid: a\nsub:\n  status: a\n---\n", "---\nid: a\nsub:\n  status: a\nstatus: done\n---\n"),
    ("---\n---\n", "---\nstatus: done\n---\n"),
    ("---\nx: \"a\u{2028}b\"\nstatus: a\ny: z\n---\n", "---\nx: \"a\u{2028}b\"\nstatus: done\ny: z\n---\n"),
    ("\n---\nid: a\n---", "\n---\nid: a\nstatus: done\n---"),
    (
      "# A\n\n## Metadata\n- **ID**: a\n- **Status**: in progress\n- x\n",
      "# A\n\n## Metadata\n- **ID**: a\n- **Status**: done\n- x\n"
    ),
    (
      "## Metadata\n* **Status:** `todo` (since May)  \n", "## Metadata\n* **Status:** `done` (since May)  \n"
    ),
    ("## Metadata\n- status: todo <!-- a -->\n", "## Metadata\n- status: done <!-- a -->\n"),
    (
      "```\n- **Status**: a\n```\n## Metadata\n- **Status**: b\n",
      "```\n- **Status**: a\n```\n## Metadata\n- **Status**: done\n"
    ),
  ])
  func `only the status changes`(_ before: String, _ after: String) {
    for (old, new) in [
      (before, after), (before.withCRLF, after.withCRLF), ("\u{FEFF}" + before, "\u{FEFF}" + after),
    ] {
      let changed = TaskFile.settingStatus(in: Array(old.utf8), to: .done)
      #expect(changed.map { String(decoding: $0, as: UTF8.self) } == new)
      #expect(changed == Array(new.utf8))
    }
  }

  @Test(arguments: [
    "", "# TASK-1: x\n", "## Metadata\n- **ID**: a\n", "## Metadata\n- **ID**: a\n- **Status**:\n",
    "## Notes\n- status: a\n", "---\nid: a\n", "---\n{status: a}\n---\n", "---\n{id: a}\n---\n",
    "---\nstatus: |\n  a\n---\n", "---\nstatus: a\n  b\n---\n", "---\nstatus: [a]\nx: [\n---\n",
    "---\nid: a\nstatus: b\u{2028}sprint: c\n---\n",
  ])
  func `a file without a safe place is left alone`(_ text: String) {
    let changed = TaskFile.settingStatus(in: Array(text.utf8), to: .done)
    #expect(changed == nil)
  }

  @Test func `bytes that are no UTF-8 are left alone`() {
    #expect(TaskFile.settingStatus(in: Array("---\nstatus: a\n---\n".utf8) + [0xFF], to: .done) == nil)
  }

  @Test func `a status that YAML would read otherwise is not written`() {
    let bytes = Array("---\nstatus: a\n---\n".utf8)
    #expect(TaskFile.settingStatus(in: bytes, to: TaskStatus("[x")) == nil)
    #expect(TaskFile.settingStatus(in: bytes, to: TaskStatus("a\nb: c")) == nil)
  }

  @Test func `a status that would make the file too large to read is not set`() {
    let head = "---\nid: T1\n---\n"
    func file(of size: Int) -> [UInt8] {
      Array((head + String(repeating: "x", count: size - head.utf8.count)).utf8)
    }
    #expect(TaskFile.settingStatus(in: file(of: (1 << 17) - 13), to: .done)?.count == 1 << 17)
    #expect(TaskFile.settingStatus(in: file(of: (1 << 17) - 12), to: .done) == nil)
  }
}
