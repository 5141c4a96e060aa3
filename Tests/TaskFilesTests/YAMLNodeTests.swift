import PairCore
import TaskFiles
import Testing

@Suite struct YAMLNodeTests {
  @Test(arguments: [
    ("29.10", "29.10"), ("27", "27"), ("0x1F", "0x1F"), ("'a b'", "a b"), ("\"a\\tb\"", "a\tb"),
    ("a # b", "a"), ("'~'", "~"), ("yes", "yes"), ("|\n  a\n  b", "a\nb"), ("Grüße", "Grüße"),
  ])
  func `a scalar keeps its text`(_ yaml: String, _ text: String) throws {
    #expect(try parseYAML("a: \(yaml)")?.string("a") == text)
  }

  @Test(arguments: ["", "~", "null", "# a remark"])
  func `nothing and null are nil`(_ yaml: String) throws {
    let node = try #require(try parseYAML("a: \(yaml)"))
    #expect(node["a"] == nil)
    #expect(try node.string("a") == nil)
    #expect(try node.int("a") == nil)
    #expect(try node.double("a") == nil)
    #expect(try node.bool("a") == nil)
    #expect(try node.strings("a") == [])
    #expect(try node.sequence("a").isEmpty)
  }

  @Test(arguments: ["", "# nothing\n", "\n\n"])
  func `a file without a document is nil`(_ yaml: String) throws {
    #expect(try parseYAML(yaml) == nil)
  }

  @Test func `values are read by type`() throws {
    let node = try #require(try parseYAML("i: -3\nd: 0.015\ne: 1e3\nt: Yes\nf: 'false'\nq: '7'"))
    #expect(try node.int("i") == -3)
    #expect(try node.double("d") == 0.015)
    #expect(try node.double("e") == 1000)
    #expect(try node.bool("t") == true)
    #expect(try node.bool("f") == false)
    #expect(try node.int("q") == 7)
  }

  @Test(arguments: [
    ("[a, 'b, c', ~]", ["a", "b, c"]), ("\n  - a\n  - b", ["a", "b"]), ("\n- a", ["a"]), ("one", ["one"]),
    ("a, b ,c", ["a", "b", "c"]), ("[]", []),
  ])
  func `a list is a flow, a block or one scalar`(_ yaml: String, _ texts: [String]) throws {
    #expect(try parseYAML("x: 1\na: \(yaml)")?.strings("a") == texts)
  }

  @Test(arguments: ["nan", "inf", "-inf", ".inf", "0x10", "1,5", "abc", "1e999", "[1]"])
  func `what is no finite number is refused where it stands`(_ yaml: String) {
    let error = #expect(throws: PairError.self) { try parseYAML("a: 1\nbc: \(yaml)")?.double("bc") }
    #expect(error?.location?.description == "a.yaml:2:5")
    #expect(error?.kind == .invalidInput)
  }

  @Test func `a wrong type says what must stand there and what does`() {
    let list = #expect(throws: PairError.self) { try parseYAML("a: [1, 2]")?.string("a") }
    #expect(list?.message == "'a' must be one value, not a list")
    let int = #expect(throws: PairError.self) { try parseYAML("a: 1.5")?.int("a") }
    #expect(int?.message == "'a' must be a whole number, not '1.5'")
    let bool = #expect(throws: PairError.self) { try parseYAML("a: 1")?.bool("a") }
    #expect(bool?.message == "'a' must be true or false, not '1'")
    let strings = #expect(throws: PairError.self) { try parseYAML("a:\n  - b: 1")?.strings("a") }
    #expect(strings?.location?.description == "a.yaml:2:5")
    let mapping = #expect(throws: PairError.self) { try parseYAML("a: {b: c}")?.strings("a") }
    #expect(mapping?.message == "'a' must be a list, not a mapping")
  }

  @Test(arguments: [
    ("a: b\nc d\ne: f\n", "a.yaml:3:1"), ("a: [1\nb: 2\n", "a.yaml:2:2"), ("a: 'x\n", "a.yaml:2:1"),
    ("a: b: c", "a.yaml:1:5"), ("\ta: 1", "a.yaml:1:1"), ("a: \u{1}", "a.yaml:1:4"), ("ä: *b", "a.yaml:1:4"),
    ("a: 1\n---\nb: 2\n", "a.yaml:2:1"), ("? [a]\n: 1", "a.yaml:1:3"),
  ])
  func `what is no YAML is refused with line and column`(_ yaml: String, _ place: String) {
    let error = #expect(throws: PairError.self) { try parseYAML(yaml) }
    #expect(error?.location?.description == place)
  }

  @Test func `a key that stands twice is refused`() {
    let error = #expect(throws: PairError.self) { try parseYAML("x:\n  a: 1\n  b: 2\n  a: 3\n") }
    #expect(error?.message == "'a' stands twice, first in line 2")
    #expect(error?.location?.description == "a.yaml:4:3")
  }

  @Test func `an alias stands for its node`() throws {
    let node = try #require(try parseYAML("a: &x [1, 2]\nb: *x\nc: {d: *x}"))
    #expect(try node.strings("b") == ["1", "2"])
    #expect(try node["c"]?.strings("d") == ["1", "2"])
  }

  @Test(.timeLimit(.minutes(1))) func `aliases of aliases are refused before they unfold to too much`() throws
  {
    func bomb(levels: Int) -> String {
      var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
      for i in 1...levels {
        yaml += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n"
      }
      return yaml + "id: T1"
    }
    let clock = ContinuousClock()
    let time = clock.measure {
      let error = #expect(throws: PairError.self) { try parseYAML(bomb(levels: 40)) }
      #expect(error?.message == "aliases unfold to more than 1000000 values here")
      #expect(error?.location?.line == 6)
    }
    #expect(time < .seconds(5))
    #expect(try parseYAML(bomb(levels: 4))?.string("id") == "T1")
  }

  @Test func `an alias of nothing is refused`() {
    let error = #expect(throws: PairError.self) { try parseYAML("a: 1\nb: *important") }
    #expect(error?.message == "no node above is called '&important'")
    #expect(error?.location?.description == "a.yaml:2:4")
  }

  @Test(arguments: ["a: &x [1, *x]", "a: &x {b: {c: *x}}"])
  func `an alias that holds itself is refused`(_ yaml: String) {
    let error = #expect(throws: PairError.self) { try parseYAML(yaml) }
    #expect(error?.message == "an alias stands for a node that holds it")
    #expect(error?.location?.line == 1)
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? "])
  func `deep nesting is refused at once, however deep`(_ piece: String) {
    let clock = ContinuousClock()
    let time = clock.measure {
      let yaml = String(repeating: piece, count: 500_000 / piece.utf8.count)
      let error = #expect(throws: PairError.self) { try parseYAML(yaml) }
      #expect(error?.message == "this is nested deeper than 64 levels")
    }
    #expect(time < .seconds(10))
  }

  @Test func `depth counts through aliases`() {
    let flow = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    var chain = "a0: &a0 [x]\n"
    for i in 1...100 { chain += "a\(i): &a\(i) [*a\(i - 1)]\n" }
    for yaml in [flow, chain] {
      let error = #expect(throws: PairError.self) { try parseYAML(yaml) }
      #expect(error?.message == "this is nested deeper than 64 levels")
    }
    #expect(throws: Never.self) {
      try parseYAML(String(repeating: "[", count: 63) + "x" + String(repeating: "]", count: 63))
    }
  }

  @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
  func `lines are those of the file where YAML 1.1 has more`(_ sign: String) throws {
    let node = try #require(try parseYAML("ä: 1\(sign)b: 2\nc: 3\n"))
    #expect(node["b"]?.location.description == "a.yaml:1:9")
    #expect(node["c"]?.location.description == "a.yaml:2:4")
    let error = #expect(throws: PairError.self) { try parseYAML("\(sign)a: {b") }
    #expect(error?.location?.description == "a.yaml:2:1")
  }

  @Test func `columns count characters`() throws {
    let node = try #require(try parseYAML("\u{FEFF}ä: {öö: [x]}"))
    #expect(node["ä"]?["öö"]?.location.description == "a.yaml:1:9")
  }
}
