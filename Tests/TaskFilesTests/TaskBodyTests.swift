import PairCore
import TaskFiles
import Testing

@Suite struct TaskBodyTests {
  @Test func `sections know their line, level and text`() throws {
    let task = try parseTask(
      yaml: "title: One",
      body: """
        # First `part`

        Some text.

        ```sh
        # no heading
        ## nor this
        ```

        ## Inner
        text

        Second
        ======
        > # not quoted ones

        <!--
        # nor in a remark
        -->
        """)
    #expect(task.sections.map(\.heading) == ["First part", "Inner", "Second"])
    #expect(task.sections.map(\.level) == [1, 2, 1])
    #expect(task.sections.map(\.line) == [5, 14, 17])
    #expect(
      task.sections[0].body == "Some text.\n\n```sh\n# no heading\n## nor this\n```\n\n## Inner\ntext")
    #expect(task.sections[1].body == "text")
    #expect(task.sections[2].body.hasPrefix("> # not"))
  }

  @Test(arguments: ["# Acceptance Criteria", "## Acceptance Criteria", "## 3. acceptance criteria (all)"])
  func `criteria are the boxes under their heading`(_ heading: String) throws {
    let task = try parseTask(
      yaml: "type: fix",
      body: """
        - [ ] before

        \(heading)

        - [ ] `sort --fast` exists
          - [x] nested one
            that goes on
        * [X] capital
        1. [ ] numbered
        - plain
        - [link](x.md) is no box

        ```md
        - [ ] fenced
        ```

        ### Later

        - [x] **bold** one

        \(heading.prefix { $0 == "#" }) Notes

        - [ ] after
        """)
    #expect(
      task.acceptanceCriteria == [
        AcceptanceCriterion(text: "`sort --fast` exists", isTicked: false),
        AcceptanceCriterion(text: "nested one that goes on", isTicked: true),
        AcceptanceCriterion(text: "capital", isTicked: true),
        AcceptanceCriterion(text: "numbered", isTicked: false),
        AcceptanceCriterion(text: "**bold** one", isTicked: true),
      ])
  }

  @Test(arguments: ["# TASK-1: Gate on acceptance criteria", "# Gate on acceptance criteria"])
  func `a title that speaks of criteria heads none`(_ heading: String) throws {
    let body = "\(heading)\n\n## Steps\n\n- [ ] a step\n\n## Acceptance Criteria\n\n- [ ] a criterion\n"
    let task = try parseTask(yaml: "title: Gate on acceptance criteria", body: body)
    #expect(task.acceptanceCriteria.map(\.text) == ["a criterion"])
  }

  @Test(arguments: [
    ("- TASK-025 (headless mode)\n- TASK-026", ["TASK-025", "TASK-026"]),
    ("- T24.11: Merge a/b.py (must complete first)", ["T24.11"]),
    ("- Existing metrics system (TASK-030)\n- Config loading", ["TASK-030"]),
    ("- [x] `HF-001` and **RFE-001**.", ["HF-001", "RFE-001"]),
    ("T19.5 (skill validator, optional)", ["T19.5"]),
    ("- T29.2.9-T29.2.11 (all of them)", ["T29.2.9", "T29.2.10", "T29.2.11"]),
    ("- TASK-008–TASK-010", ["TASK-008", "TASK-009", "TASK-010"]),
    ("- TASK-1-T2.1", ["T2.1"]),
    ("- T5 is due\n- t6\n- MT5", ["T5"]),
    ("None", []), ("- None (can run beside TASK-9)", []), ("None - can start with T18.2.", []), ("- N/A", []),
    ("- UTF-8, SHA-256, HTTP/1.1, TLS1.3, v2.8.1, Python3.11, P0, TASK-5x, CVE-2024-1234, TASK_7", []),
    ("```\nTASK-025\n```", []),
    ("- TASK-1", []),
  ])
  func `dependencies are ids in prose`(_ text: String, _ ids: [String]) throws {
    let body = "## Dependencies\n\n\(text)\n\n## Notes\n\n- TASK-999\n"
    #expect(try parseTask(bullets: "- **Plan**: x", body: body).metadata.dependsOn == ids)
  }

  @Test(
    arguments: [
      ("src/{a,b}/z.py", ["src/a/z.py", "src/b/z.py"]), ("{a,b}.{c,h}", ["a.c", "a.h", "b.c", "b.h"]),
      ("src/{a,b/{c,d}}.py", ["src/a.py", "src/b/c.py", "src/b/d.py"]), ("a{,b}.c", ["a.c", "ab.c"]),
      ("app/{id}/page.tsx", ["app/{id}/page.tsx"]), ("{id}/{a,b}.c", ["{id}/a.c", "{id}/b.c"]),
      ("{x{a,b}}.c", ["{xa}.c", "{xb}.c"]), ("a/{b,c", ["a/{b,c"]), ("ä/{ö,ü}.c", ["ä/ö.c", "ä/ü.c"]),
      ("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}.c", ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}.c"]),
    ])
  func `alternatives in braces are files of their own`(_ path: String, _ files: [String]) throws {
    let task = try parseTask(yaml: "type: fix", body: "## Files to Modify\n\n- `\(path)`\n")
    #expect(task.declaredFiles == files)
  }

  @Test func `prose that speaks of its own task names no dependency`() throws {
    let task = try parseTask(yaml: "depends_on: [TASK-2]", body: "# Dependencies\n- TASK-1 needs TASK-3\n")
    #expect(task.id.text == "TASK-1")
    #expect(task.metadata.dependsOn == ["TASK-2", "TASK-3"])
  }

  @Test func `dependencies in prose follow those in front matter`() throws {
    let task = try parseTask(yaml: "depends_on: [T3.1, T2.1]", body: "# Dependencies\n- T2.1\n- T1.1\n")
    #expect(task.metadata.dependsOn == ["T3.1", "T2.1", "T1.1"])
  }

  @Test(arguments: [
    "## Files to Create/Modify", "# Files to Modify", "## Files to Create", "### Files", "## Files Touched",
    "## 4. Files to Update", "# Files Created/Modified", "## Files to modify:",
  ])
  func `declared files stand under headings like these`(_ heading: String) throws {
    #expect(try parseTask(yaml: "type: fix", body: "\(heading)\n\n- `a/b.c`\n").declaredFiles == ["a/b.c"])
  }

  @Test(arguments: ["## Files to Check", "## Files Over 500 Lines", "## Profiles", "## Files NOT to Change"])
  func `other headings declare no files`(_ heading: String) throws {
    let task = try parseTask(yaml: "type: fix", body: "\(heading)\n\n- `a/b.c`\n")
    #expect(task.declaredFiles == [])
    #expect(task.mentionedPaths == ["a/b.c"])
  }

  @Test(arguments: [
    ("- `src/a.swift` - New module", ["src/a.swift"]),
    ("- `src/a.swift` (template)", ["src/a.swift"]),
    ("- **`src/a.swift`**: new", ["src/a.swift"]),
    ("- [ ] `src/a.swift`", ["src/a.swift"]),
    ("1. `src/a.swift`", ["src/a.swift"]),
    ("- `docs/a.md` or new `docs/b.md`", ["docs/a.md", "docs/b.md"]),
    ("- src/__init__.py - New module", ["src/__init__.py"]),
    ("- src/**/*.swift", ["src/**/*.swift"]),
    ("- **/*.md (all)", ["**/*.md"]),
    ("- src/a_b\\_c.py: new", ["src/a_b_c.py"]),
    ("- README.md", ["README.md"]),
    ("- `Makefile`", ["Makefile"]),
    ("- `.github/`", [".github/"]),
    ("- `./src/a.swift:12`", ["src/a.swift"]),
    ("- `app/[slug]/(shop)/page.tsx`", ["app/[slug]/(shop)/page.tsx"]),
    ("- `tests/a.py::test_b`", ["tests/a.py"]),
    ("- New: `src/a.swift`", ["src/a.swift"]),
    ("- Group\n  - `src/a.swift`\n  - `src/a.swift`", ["src/a.swift"]),
    ("**Create:**\n- `src/a.swift`\n\n**Modify:**\n- `src/b.swift`", ["src/a.swift", "src/b.swift"]),
    (
      "| File | Change |\n|---|---|\n| `src/a.swift` | new, see `b.c` |\n| src/b.swift | |",
      ["src/a.swift", "src/b.swift"]
    ),
    (
      "| Action | File |\n|---|---|\n| Create | `src/a.swift` |\n| Modify | src/b.swift |",
      ["src/a.swift", "src/b.swift"]
    ),
    ("| What | Where |\n|---|---|\n| Create | `src/a.swift` |", ["src/a.swift"]),
    ("- `/etc/passwd`", []), ("- /etc/passwd", []), ("- `../up.c`", []), ("- `a/../../b`", []),
    ("- `~/.bashrc`", []), ("- `https://a.b/c.d`", []), ("- https://a.b/c.d", []), ("- `npm run a/b`", []),
    ("- `-rf/x`", []), ("- `a/$(b)`", []), ("- `a//b`", []), ("- `C:\\x`", []), ("- see above", []),
    ("- `call()`", []), ("```\n- `a/b.c`\n```", []),
  ])
  func `an entry declares its path`(_ entry: String, _ paths: [String]) throws {
    let body = "## Files to Modify\n\n\(entry)\n\n## Notes\n\n- `other/x.c`\n"
    #expect(try parseTask(yaml: "type: fix", body: body).declaredFiles == paths)
  }

  @Test func `mentioned paths stand in backticks elsewhere`() throws {
    let task = try parseTask(
      yaml: "type: fix",
      body: """
        Read `docs/a.md`, ``src/b.c``, `config.yaml` and `docs/a.md` again, as `Package.swift:3` says.
        Not `make test a/b`, `https://x.y/z`, `/etc/x`, `~/x`, `--a/b`, `swift`, `os.path`, `a = b/c`, src/plain.c.

        ## See `src/head.c`

        ```
        `src/fenced.c`
        ```

        # Files to Create

        - `src/new.c` - like `src/old.c`
        - `docs/a.md`

        # Notes

        `src/new.c` is new.
        """)
    #expect(task.declaredFiles == ["src/new.c", "docs/a.md"])
    #expect(task.mentionedPaths == ["src/b.c", "config.yaml", "Package.swift", "src/head.c", "src/old.c"])
  }

  @Test(arguments: ["```", "~~~~"]) func `a recipe is the text of its fence`(_ sign: String) throws {
    let body =
      "## How\n\n\(sign)sh\nls\n\(sign)\n\n\(sign)sh recipe\nmake a\n\n# b\n\(sign)\n\n\(sign)sh recipes\nx\n\(sign)\n"
    #expect(try parseTask(yaml: "type: fix", body: body).recipe == "make a\n\n# b\n")
    #expect(try parseTask(yaml: "type: fix", body: body.withCRLF).recipe?.contains("make a") == true)
  }

  @Test func `a recipe inside another fence is none`() throws {
    let body = "````md\n```sh recipe\nrm x\n```\n````\n\n    ```sh recipe\n    rm y\n    ```\n"
    #expect(try parseTask(yaml: "type: fix", body: body).recipe == nil)
  }

  @Test func `two recipes are refused at the second`() {
    let body = "```sh recipe\na\n```\n\n```sh recipe\nb\n```\n"
    let error = #expect(throws: PairError.self) { try parseTask(yaml: "type: fix", body: body) }
    #expect(error?.message == "a second recipe begins here; the first is in line 5")
    #expect(error?.location?.description == "tasks/a.md:9")
  }

  @Test(arguments: ["```sh recipe\nmake a\n\n## Notes\n", "```sh recipe", "~~~sh recipe\na\n```"])
  func `a recipe that never ends is refused`(_ body: String) {
    let error = #expect(throws: PairError.self) { try parseTask(yaml: "type: fix", body: body) }
    #expect(error?.location?.description == "tasks/a.md:5")
  }

  @Test func `a line may end in a carriage return alone`() throws {
    let text = "# TASK-1: One\r\r## Files\r\r- a.c\r\r## Notes\r\rWords"
    let task = try parseTask(text)
    #expect(task.sections.map(\.line) == [1, 3, 7])
    #expect(task.sections.map(\.body) == ["## Files\r\r- a.c\r\r## Notes\r\rWords", "- a.c", "Words"])
    #expect(task.declaredFiles == ["a.c"])
    #expect(task.text == text)
    #expect(TaskFile.id(peekedFrom: Array("\r---\rid: TASK-2\r---\r".utf8)) == "TASK-2")
    #expect(try parseTask("---\rid: TASK-2\r---\r# One").id.text == "TASK-2")
  }

  @Test(.timeLimit(.minutes(1)), arguments: [">", "- ", "[", "*a_ ", "`", "<", "![a](", "\n- [ ] x", "# \n"])
  func `a hostile file is read in bearable time`(_ piece: String) throws {
    let text = String(repeating: piece, count: 60_000 / piece.utf8.count)
    _ = try parseTask("# TASK-1: x\n\n" + text)
  }
}
