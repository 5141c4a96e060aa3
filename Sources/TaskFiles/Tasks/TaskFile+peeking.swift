import PairCore

extension TaskFile {
  /// The id that a task file states, nil without one. It looks at lines alone; `parse` the file to be sure.
  package static func id(peekedFrom bytes: [UInt8]) -> String? {
    var lines = bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
      .split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }[...]
    lines = lines.drop(while: \.isBlank)
    if let first = lines.first, first.isFence(of: "---") {
      let yaml = lines.dropFirst().prefix { !$0.isFence(of: "---") && !$0.isFence(of: "...") }
      return yaml.lazy.compactMap(\.idInYAML).first
    }
    var heading: String?
    for line in lines {
      if line.starts(with: "```".utf8) || line.starts(with: "~~~".utf8) { break }
      if let id = line.idInBullet { return id }
      if heading == nil, line.starts(with: "# ".utf8) {
        heading = TaskTitle.id(in: String(decoding: line.dropFirst(2), as: UTF8.self))
      }
    }
    return heading
  }
}

extension ArraySlice<UInt8> {
  /// The value of `id: TASK-025  # a remark`, quoted or not.
  fileprivate var idInYAML: String? {
    guard starts(with: "id".utf8) else { return nil }
    let rest = String(decoding: dropFirst(2), as: UTF8.self).trimmed
    guard rest.hasPrefix(":") else { return nil }
    let value = rest.dropFirst().trimmed
    if let quote = value.first, quote == "\"" || quote == "'" {
      return String(value.dropFirst().prefix { $0 != quote })
    }
    let id = value.prefix { !$0.isBlank }
    return id.isEmpty || id.hasPrefix("#") ? nil : String(id)
  }

  /// The value of `- **ID**: TASK-025`.
  fileprivate var idInBullet: String? {
    let item = drop { $0 == 0x20 }
    guard let sign = item.first, "-*+".utf8.contains(sign) else { return nil }
    let text = String(decoding: item.dropFirst(), as: UTF8.self)
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let undecorated = { (part: Substring) in
      part.filter { $0 != "*" && $0 != "`" }.trimmed.prefix { !$0.isBlank }
    }
    guard undecorated(text[..<colon]).lowercased() == "id" else { return nil }
    let id = undecorated(text[colon...].dropFirst())
    return id.isEmpty ? nil : String(id)
  }
}
