import Testing

@testable import Host

@Suite struct HostListTests {
  @Test func `hosts go by the proxy, and ports of this machine are forwarded`() {
    let list = HostList([
      "api.example.com", "*.example.org", "other.example:8443", "127.0.0.1:5000", "localhost:81",
    ])
    #expect(list.proxied == ["api.example.com", "*.example.org", "other.example"])
    #expect(list.forwarded == [5000, 81])
    #expect(
      list.filter == #"""
        ^api\.example\.com$
        \.example\.org$
        ^other\.example$

        """#)
    let configuration = list.configuration(port: 7, filter: "/f")
    #expect(configuration.contains("Port 7\nListen 127.0.0.1\n"))
    #expect(
      configuration.contains("Filter \"/f\"\nFilterDefaultDeny Yes\nConnectPort 443\nConnectPort 8443\n"))
  }
}
