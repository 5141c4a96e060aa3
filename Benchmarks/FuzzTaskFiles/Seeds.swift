/// A file as people write it, or nearly.
struct SeedText: Sendable {
  let kind: FileKind
  let bytes: [UInt8]

  init(_ kind: FileKind, _ text: String) {
    self.kind = kind
    self.bytes = Array(text.utf8)
  }

  init(_ kind: FileKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }
}

enum Seeds {
  static let all = tasks + others

  static let tasks: [SeedText] =
    [frontMatter, fields, bullets, looseBullets, headingOnly, recipe, tables, aliases, setext, odd, ""].map {
      SeedText(.task, $0)
    } + [
      SeedText(.task, frontMatter.withCRLF), SeedText(.task, "\u{FEFF}" + bullets.withCRLF),
      SeedText(
        .task,
        "---\nid: T1\ndeep: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
          + "\n---\n"),
      SeedText(
        .task,
        "# T-1: deep\n\n" + String(repeating: "> - ", count: 40) + "a\n" + String(repeating: "  ", count: 40)
          + "- b\n"),
      SeedText(
        .task,
        "---\nid: T1\ntitle: " + String(repeating: "long ", count: 800) + "\nstatus: todo\n---\n"
          + String(repeating: "word `a/b.c` ", count: 200)),
      SeedText(
        .task, bytes: Array("---\nid: T1\nstatus: todo\n---\n# Caf".utf8) + [0xE9] + Array(" au lait\n".utf8)),
    ]

  static let others: [SeedText] = [
    SeedText(.plan, plan), SeedText(.plan, plan.withCRLF),
    SeedText(.planInMarkdown, "---\n" + plan + "---\n# Plan\n"),
    SeedText(.capabilities, capabilities), SeedText(.config, config),
  ]

  private static let frontMatter = """
    ---
    id: T7.2   # the second one
    title: "Sort the shelves: by size"
    plan: library
    type: refactor
    priority: 2
    complexity: 35
    effort: M
    status: In Progress
    sprint: 29.10
    tags: [shelves, sorting, {a: b}]
    depends_on:
      - T7.1
      - TASK-003 (done already)
    agent: claude-code
    agents: [codex-cli, claude-code]
    requires: shell, tests
    ---

    # T7.2: Sort the shelves 📚

    ## Files to Create/Modify
    - `src/shelf.swift` and `src/sort.swift`
    - **src/book.py**: the books
    - New: `docs/shelves.md:12`

    ## Acceptance Criteria
    - [ ] Shelves are sorted, see `lib/order.rb`
      - [x] by size
    - [X] quickly

    ```swift
    let notPath = "`a/b.c`"
    # no heading
    ```

    ## Dependencies
    T7.1-T7.4, and TASK-001.
    """

  private static let fields = """
    ---
    "id": 'TASK-12'
    title: >-
      Folded
      text
    status: "pending"  # since May
    notes: |
      status: no
      ---x
    "depends_on": [TASK-11, None, "HF-001 – HF-003"]
    ? complex
    : value
    list:
    - a
    - b: {c: [d, e], f: "g\\u2028h"}
    ---
    Text
    """

  private static let bullets = """
    # TASK-031: Shelf Sorter

    ## Metadata
    - **ID**: TASK-031
    - **Plan**: library
    - **Priority**: p0 (urgent)
    - **Complexity**: 60
    - **Status**: `in progress` (since May) <!-- x -->
    - **TAGS**: shelves, multi-agent
    - **Type:** feature
    - Agent: claude-code
    - **Depends On**: TASK-030, T1.1–T1.3

    ## Description

    Sort *them* as in `a/b/c.rs::test_x`. 👩‍👩‍👧‍👦

    ### Files

    1. src/a.swift
    2. `src/b.swift`,`src/c.swift`

    ## Acceptance Criteria

    - [ ] sorted
    - [x] documented
      in two lines
    """

  private static let looseBullets = """
    # Orchestrator

    * **Id:** T18.1
    * **Status:** todo
    + **Complexity**: 5 - small

    > - **ID**: no

    ## Depends on
    - T17.1.
    """

  private static let headingOnly = "# TASK-028: Orchestrator Service\n\nDo it.\n\n# Other\n"

  private static let recipe = """
    ---
    id: T-1
    status:
    ---
    # T-1 - Rename

    ```sh recipe
    git mv a b && sed -i 's/a/b/' c
    ```

    ~~~~ sh
    ~~~
    ~~~~

        indented code

    - item

      ```py
      x
      ```
    """

  private static let tables = """
    ---
    id: T1
    ---
    ## Files to Modify

    | File | Change |
    |------|--------|
    | `src/a.swift` | new |
    | src/b\\_c.py | **old** |
    | ../up.c | /etc/passwd |

    ## Files Touched
    | `a.c` |
    """

  private static let aliases = """
    ---
    base: &base {x: 1, y: [&deep a, *deep]}
    a: &a [*base, *base, *base]
    b: &b [*a, *a, *a, *a]
    c: &c [*b, *b, *b, *b]
    d: [*c, *c, *c, *c]
    id: &id TASK-5
    title: *id
    status: !!str todo
    tags: *tags
    ...
    body
    """

  private static let setext = """
    TASK-9: Title
    with two lines
    ===

    Metadata
    --------
    - **ID**: TASK-9
    - **Status**: todo

    [ref]: /url "title"
    Acceptance criteria
    -

    * [ ] one
    * [x] two &amp; `three`

    <div>
    # no heading
    </div>

    # # A #
    #
    ## [ref] ![a](b) **c** ##
    """

  private static let odd = """
    ---
    id: T1
    title: "a\\0b\\x85c"
    status: ready
    --- \t
    # T1:\u{a0}é\u{301}\u{2028}x
    <!-- - **Status**: done -->
    - [ ]\t`a/b`\u{0}
    \tcode
    1) a
    2) b
       - c

         d
    """

  private static let plan = """
    id: plan-2026-shelves
    title: 'Shelves'
    sprints:
      - id: sprint-1
        title: First
        tasks: [TASK-1, {id: TASK-2, title: x}]
      - id: sprint-2
        name: &n Second
        tasks:
          - TASK-3
          - id: TASK-4
            status: done
          - ~
    tasks: [TASK-5, TASK-1]
    notes: *n

    """

  private static let capabilities = """
    # agents
    agents:
      claude:
        strengths: [complex-reasoning, "code-review"]
        weaknesses: []
        cost_per_1k_tokens: 0.015
        context_limit: 200000
        availability: local
      my-agent: &mine
        strengths: shell, tests
        cost_per_1k_tokens: 1e-3
        context_limit: 1000
      other: *mine
    routing: {x: [1, 2]}
    """

  private static let config = """
    version: "2.0"
    orchestrate:
      timeout: 90m
      tasks: ./.paircoder/tasks/
      checks:
        - name: tests
          run: make test
          timeout: 10m
        - {name: lint, run: "make lint", timeout: 90}
        - name: text
          run: |
            a
            b
    """
}

extension String {
  fileprivate var withCRLF: String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }
}
