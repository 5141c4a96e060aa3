import Testing

@testable import Host

@Suite struct LandlockGrantsTests {
  private static let folders = [
    "/": ["etc", "home", "usr"], "/home": ["ada", "bob"],
    "/home/ada": [".netrc", ".profile", ".ssh", "project"], "/home/ada/project": ["a.c", "b.c", "key"],
    "/home/ada/.ssh": ["id"],
  ]

  private func grants(write: [String] = [], read: [String] = [], hidden: [String] = []) -> [String] {
    LandlockGrants(for: SandboxRules(write: write, read: read, hidden: hidden)) {
      LandlockGrantsTests.folders[$0] ?? []
    }
    .all().map { ($0.writes ? "write " : "read ") + $0.path }
  }

  @Test func `where nothing is hidden, all is read, and only what the rules say is written`() {
    #expect(grants(write: ["/home/ada/project"]) == ["read /", "write /home/ada/project"])
  }

  @Test func `a hidden file is hidden by granting what stands beside it and beside each folder above it`() {
    #expect(
      grants(write: ["/home/ada/project"], hidden: ["/home/ada/.netrc", "/home/ada/.ssh"]) == [
        "read /etc", "read /home/ada/.profile", "write /home/ada/project", "read /home/bob", "read /usr",
      ])
  }

  @Test func `in a hidden folder what is to be written is granted, and nothing else`() {
    #expect(
      grants(write: ["/home/ada/project"], hidden: ["/home"])
        == ["read /etc", "write /home/ada/project", "read /usr"])
  }

  @Test func `in a hidden folder what is to be read is granted for reading`() {
    #expect(
      grants(read: ["/home/ada/project"], hidden: ["/home"])
        == ["read /etc", "read /home/ada/project", "read /usr"])
  }

  @Test func `in a folder to be written what is hidden is not granted, and the rest is`() {
    #expect(
      grants(write: ["/home/ada"], hidden: ["/home/ada/project/key", "/home/bob"]) == [
        "read /etc", "write /home/ada/.netrc", "write /home/ada/.profile", "write /home/ada/.ssh",
        "write /home/ada/project/a.c", "write /home/ada/project/b.c", "read /usr",
      ])
  }

  @Test func `what is both hidden and to be written is hidden`() {
    #expect(grants(write: ["/home"], hidden: ["/home"]) == ["read /etc", "read /usr"])
  }

  @Test func `of a folder that cannot be listed what the rules name is granted`() {
    #expect(
      grants(write: ["/srv/closed/work"], hidden: ["/srv/closed/other"])
        == ["read /etc", "read /home", "write /srv/closed/work", "read /usr"])
  }
}
