import PairCore
import Testing

@Suite struct GlobTests {
  @Test(
    arguments: [
      ("src/a.py", "src/a.py"), ("src", "src/a.py"), ("src/", "src/deep/a.py"), ("./src/", "src/a.py"),
      (" src/a.py ", "src/a.py"), ("src/*.py", "src/a.py"), ("src/*", "src/deep/a.py"),
      ("src/?.py", "src/ä.py"), ("**/a.py", "a.py"), ("**/a.py", "x/y/a.py"), ("src/**", "src/x/y/z"),
      ("src/**/a.py", "src/a.py"), ("src/**/a.py", "src/x/y/a.py"), ("**", "anything/at/all"),
      ("*", "a"), ("*/test/*", "x/test/y"), ("a/**/b/**/c", "a/b/x/b/c"), ("**/b", "a/b/below"),
      ("a/**/**/b", "a/b"), ("x*y*z", "xyyzz"), ("a/*/c", "a/b/c/d"), ("a//b", "a/b"),
      ("docs/T29.2*", "docs/T29.2.9"),
    ])
  func `a pattern matches`(_ pattern: String, _ path: String) {
    #expect(Glob(pattern).matches(path))
  }

  @Test(
    arguments: [
      ("src/T29.2", "src/T29.2.9"), ("src", "src2/a.py"), ("src", "lib/src"), ("src/a.py", "src/a.pyc"),
      ("src/*.py", "src/deep/a.py"), ("*.py", "src/a.py"), ("src/?.py", "src/ab.py"), ("a?b", "a/b"),
      ("a*b", "a/b"), ("src/**", "src"), ("a/**/b", "a/c"), ("**/a.py", "x/ba.py"), ("", "a"), ("/", "a"),
      ("A", "a"), ("a/b/c", "a/b"), ("a/**/b/**", "a/x/b"), ("a/**/b/c", "a/b/b"), ("a/**/b", "b"),
    ])
  func `a pattern does not match`(_ pattern: String, _ path: String) {
    #expect(!Glob(pattern).matches(path))
  }

  @Test(arguments: [
    ("a", true), ("a/b.c", true), ("a[1]", true), ("a*", false), ("a/?", false), ("**", false),
  ])
  func `a pattern without wild cards is literal`(_ pattern: String, _ literal: Bool) {
    #expect(Glob(pattern).isLiteral == literal)
  }

  // Each of these takes longer than the age of the universe where matching goes back over every wild card.
  @Test(.timeLimit(.minutes(1)))
  func `a pattern full of wild cards ends`() {
    let stars = String(repeating: "*a", count: 40) + "b"
    #expect(!Glob(stars).matches(String(repeating: "a", count: 4_000)))
    let folders = String(repeating: "**/a/", count: 40) + "b"
    let path = String(repeating: "a/", count: 400) + "c"
    #expect(!Glob(folders).matches(path))
    #expect(Glob(folders).matches(path.dropLast() + "b"))
  }
}
