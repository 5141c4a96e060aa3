/// What Landlock has to allow for rules to hold. It knows no exceptions from what it allows on a folder and all below it,
/// so that a hidden file is hidden by allowing all that stands beside it, and beside each folder above it. What is made
/// in those folders later is therefore neither read nor written.
struct LandlockGrants {
  struct Grant: Hashable {
    let path: String
    let writes: Bool
  }

  private enum Access { case hidden, read, write }
  private typealias Rule = (names: ArraySlice<Substring>, access: Access)

  /// The names of what stands in a folder; empty for what cannot be listed.
  private let list: (_ folder: String) -> [String]
  private let rules: [Rule]

  init(for rules: SandboxRules, list: @escaping (_ folder: String) -> [String]) {
    self.list = list
    func all(_ paths: [String], _ access: Access) -> [Rule] {
      paths.map { ($0.split(separator: "/")[...], access) }
    }
    self.rules = all(rules.read, .read) + all(rules.write, .write) + all(rules.hidden, .hidden)
  }

  /// Outer ones before inner ones.
  func all() -> [Grant] { grants(on: "", rules, above: .read, granted: nil) }

  /// - Parameters:
  ///   - path: without a `/` at its end.
  ///   - rules: those on `path` and below it, by their names from there.
  ///   - above: what holds in the folder above.
  ///   - granted: what was granted on a folder above and with that on `path`.
  private func grants(on path: String, _ rules: [Rule], above: Access, granted: Access?) -> [Grant] {
    let own = rules.filter(\.names.isEmpty).map(\.access)
    let access = [.hidden, .write, .read].first(where: own.contains) ?? above
    let below = Dictionary(grouping: rules.filter { !$0.names.isEmpty }) { String($0.names.first ?? "") }
    let isWhole = access != .hidden && !rules.contains { $0.access == .hidden }
    let names = isWhole || access == .hidden ? [] : list(path.isEmpty ? "/" : path)
    let isNew = isWhole && access != granted
    return (isNew ? [Grant(path: path.isEmpty ? "/" : path, writes: access == .write)] : [])
      + Set(names).union(below.keys).sorted().flatMap { name in
        let rules = (below[name] ?? []).map { ($0.names.dropFirst(), $0.access) }
        return grants(on: "\(path)/\(name)", rules, above: access, granted: isWhole ? access : granted)
      }
  }
}
