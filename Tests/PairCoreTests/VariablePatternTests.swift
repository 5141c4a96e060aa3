import PairCore
import Testing

@Suite struct VariablePatternTests {
  @Test(
    arguments: [
      ("SSH_AUTH_SOCK", "SSH_AUTH_SOCK", true), ("SSH_AUTH_SOCK", "SSH_AUTH_SOCKET", false),
      ("http_proxy", "HTTP_PROXY", true), ("MY_*", "MY_", true), ("MY_*", "my_x", true),
      ("MY_*", "MYX", false),
    ])
  func `a pattern covers a name, or all that begin so`(_ pattern: String, _ name: String, _ covers: Bool) {
    #expect(VariablePattern(reading: pattern)?.covers(name) == covers)
  }

  @Test(arguments: ["", "*", "AB*", "1A", "A-B", "A*B", "A B", "A=", "$HOME", "É"])
  func `such a text is none`(_ text: String) { #expect(VariablePattern(reading: text) == nil) }
}
