import Testing

/// That the reader and the comparison find what they look for.
@Suite struct WallTests {
  func words(_ source: String) -> [String] { SwiftWords(source).words.map(\.text) }
  func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }
  func walls(_ files: SourceFile..., page: String = WallTests.page) throws -> Walls {
    Walls(files: files, drawing: try Drawing(page: page))
  }

  static let page = """
    # Page
    ## Modules

        Pipeline → Git, Core
        Git      → Core
        Core     → nothing

    | from outside | imported by |
    |---|---|
    | `Subprocess`, `SystemPackage` | `Git` |
    | `Glibc` | `Host`, and the files below |

    | file outside `Host` with `Glibc` | for |
    |---|---|
    | `Git/A.swift` | it |

    ## Rooms

    | room | holds |
    |---|---|
    | `Pipeline.swift` | the `line` |
    | `Plan` | plans |
    | `Plan/Conflicts` | what lies in `Plan`, but lower |
    | `Run` | runs |

    ## Principles
        Other → Core
    """

  @Test func `comments and the text of strings are no words`() {
    #expect(words("a // b\nc /* d /* e */ f */ g") == ["a", "c", "g"])
    #expect(words(#"a "b \" c" d"#) == ["a", "d"])
    #expect(words("a \"\"\"\n b \" c\n \"\"\" d") == ["a", "d"])
    #expect(words(###"a #"b " \(c) \#(d) "# e"###) == ["a", "(", "d", ")", "e"].filter { $0 != "(" })
  }

  @Test func `what is interpolated is code, with strings and parentheses of its own`() {
    #expect(words(#""x \(Foo("y) \(z)").bar) w" end"#).contains("Foo"))
    #expect(words(#""x \(Foo("y) \(z)").bar) w" end"#).contains("bar"))
    #expect(!words(#""x \(Foo("y) \(z)").bar) w" end"#).contains("w"))
    #expect(words(#""x \(Foo("y) \(z)").bar) w" end"#).last == "end")
  }

  @Test func `a word knows its line, behind multi-line strings, too`() {
    let found = SwiftWords("a\n/* \n */ b\n\"\"\"\n x\n \\(y)\n \"\"\"\nc").words
    #expect(found.filter { $0.text != ")" }.map(\.line) == [1, 3, 6, 8])
  }

  @Test func `imports are found with their modifiers and kinds`() {
    let file = file(
      "Git/A.swift",
      "import A\n@testable package import B\nimport struct C.D\n// import E\nlet x = y.import\n")
    #expect(
      file.imports == [.init(module: "A", line: 1), .init(module: "B", line: 2), .init(module: "C", line: 3)])
    #expect(file.module == "Git")
  }

  @Test func `declared types are found, nested ones, too, and no modifiers or labels`() {
    let file = file(
      "Pipeline/Run/A.swift",
      "struct A: B { enum C {} }\nactor D {}\nextension E { typealias F = G }\nfinal class H { class func i() {} }\n"
        + "protocol J {}\nlet k = L(class: M, x: .struct)")
    #expect(file.declarations.map(\.name) == ["A", "C", "D", "F", "H", "J"])
    #expect(file.declarations.map(\.isTopLevel) == [true, false, true, false, true, true])
    #expect(file.mentions["E"] == 3)
    #expect(file.mentions["L"] == 6)
    #expect(file.mentions["k"] == nil)
  }

  @Test func `the drawing is read from its own sections`() throws {
    let drawing = try Drawing(page: WallTests.page)
    #expect(drawing.arrows == ["Pipeline": ["Git", "Core"], "Git": ["Core"], "Core": []])
    #expect(drawing.outside == ["Subprocess": ["Git"], "SystemPackage": ["Git"], "Glibc": ["Host"]])
    #expect(drawing.systemCallers == ["Git/A.swift"])
    #expect(drawing.rooms == ["Run", "Plan/Conflicts", "Plan", "Pipeline.swift"])
  }

  @Test func `an import against the arrows is told, and an arrow that no import needs`() throws {
    let files = [
      file("Core/A.swift", "import Git"), file("Git/A.swift", "import Core\nimport Glibc\nimport Subprocess"),
      file("Git/B.swift", "import Glibc\nimport SystemPackage"),
      file("Pipeline/Pipeline.swift", "import Git"),
      file("Extra/A.swift", ""), file("Host/A.swift", "import Glibc"),
    ]
    let complaints = Walls(files: files, drawing: try Drawing(page: WallTests.page)).importComplaints()
    #expect(
      Set(complaints) == [
        "Sources/Core/A.swift:1: Core may not import Git", "Sources/Git/B.swift:1: Git may not import Glibc",
        "docs/architecture.md: no file of Pipeline imports Core",
        "docs/architecture.md draws no arrow from Extra",
        "docs/architecture.md draws no arrow from Host",
      ])
  }

  @Test func `an adapter that mentions another one's reader is told`() throws {
    let complaints = try walls(
      file("AgentRuns/Adapters/AgentAdapter.swift", "protocol AgentAdapter {}"),
      file(
        "AgentRuns/Adapters/AlphaAdapter.swift", "struct AlphaAdapter: AgentAdapter { let r: AlphaReader }"),
      file("AgentRuns/Adapters/AlphaReader.swift", "struct AlphaReader { let b: BetaReader }"),
      file("AgentRuns/Adapters/Failure+alpha.swift", "\nlet x = BetaAdapter.y"),
      file("AgentRuns/Adapters/BetaAdapter.swift", "struct BetaAdapter {}\nstruct BetaReader {}"),
      file("AgentRuns/Adapters/AgentRegistry.swift", "let all = [AlphaAdapter(), BetaAdapter()]")
    ).adapterComplaints()
    #expect(
      complaints == [
        "Sources/AgentRuns/Adapters/AlphaReader.swift:1: Alpha's files may not mention BetaReader of Beta",
        "Sources/AgentRuns/Adapters/Failure+alpha.swift:2: Alpha's files may not mention BetaAdapter of Beta",
      ])
  }

  @Test func `a room that mentions a type of a room above is told, one below is not`() throws {
    let climbs = try walls(
      file("Pipeline/Run/A.swift", "struct Run {}\n// Plan\nlet a = \"Plan\"\nlet b: Conflict?"),
      file("Pipeline/Plan/Conflicts/A.swift", "struct Conflict { let run: Run; enum Kind {} }"),
      file("Pipeline/Plan/A.swift", "struct Plan { let run: Run, conflict: Conflict; struct Inner {} }"),
      file("Pipeline/Run/B.swift", "extension Plan.Inner { var k: Finding.Kind { .x } }"),
      file("Pipeline/Pipeline.swift", "struct Line { let plan: Plan }"), file("Core/A.swift", "enum Kind {}")
    ).climbs()
    #expect(
      climbs == [
        .init(room: "Run", type: "Conflict"): ["Sources/Pipeline/Run/A.swift:4"],
        .init(room: "Run", type: "Plan"): ["Sources/Pipeline/Run/B.swift:1"],
        .init(room: "Run", type: "Inner"): ["Sources/Pipeline/Run/B.swift:1"],
      ])
  }

  @Test func `a file in no room and a room without files are told`() throws {
    let complaints = try walls(
      file("Pipeline/Run/A.swift", ""), file("Pipeline/Runs/A.swift", ""),
      file("Pipeline/Pipeline.swift", ""),
      file("Pipeline/Plan/A.swift", "")
    ).roomComplaints()
    #expect(
      complaints == [
        "Sources/Pipeline/Runs/A.swift: it lies in no room",
        "docs/architecture.md: the room Plan/Conflicts has no file",
      ])
  }
}
