package import PairCore

extension TaskFile {
  /// The bytes of a task file with `status` as its status and every other byte as it was. Nil when the file
  /// has no place for a status, or none that can be changed safely: what comes back always reads as `status`.
  package static func settingStatus(in bytes: [UInt8], to status: TaskStatus) -> [UInt8]? {
    // An invalid file has no place that could be changed safely; its reader tells what is wrong with it.
    guard let source = try? SourceText(bytes, path: ""), let edit = edit(of: source, to: status) else {
      return nil
    }
    var changed = bytes
    let range = edit.range.lowerBound + source.markLength..<edit.range.upperBound + source.markLength
    changed.replaceSubrange(range, with: edit.text.utf8)
    // What nobody could read any more is no change that is safe.
    guard changed.count <= SourceText.taskLimitInBytes else { return nil }
    return statedStatus(in: changed) == status && keys(in: bytes).isSubset(of: keys(in: changed))
      ? changed : nil
  }

  /// The keys of the front matter. One may stand in the line of the status: YAML breaks lines at U+2028 too.
  private static func keys(in bytes: [UInt8]) -> Set<String> {
    // A file that cannot be read has no keys.
    guard let source = try? SourceText(bytes, path: ""), let frontMatter = try? FrontMatter(of: source),
      case .mapping(let pairs) = try? frontMatter.load(from: source).content
    else { return [] }
    return Set(pairs.map(\.key))
  }

  /// Bytes of the file, without its byte order mark, and what to write in their place.
  private typealias Edit = (range: Range<Int>, text: String)

  private static func edit(of source: SourceText, to status: TaskStatus) -> Edit? {
    // Without front matter that can be read, the bullets count; with one that is no mapping, nothing can be set.
    guard let frontMatter = try? FrontMatter(of: source) else {
      return statusField(in: source).map { ($0.plainRange, status.text) }
    }
    guard let node = try? frontMatter.load(from: source), case .mapping(let pairs) = node.content
    else { return nil }
    guard let pair = pairs.first(where: { $0.key == "status" }) else {
      let start = source.start(ofLine: frontMatter.closingLine)
      let lineEnd = source.bytes[..<start].suffix(2) == [0x0D, 0x0A] ? "\r\n" : "\n"
      return (start..<start, "status: \(status.text)\(lineEnd)")
    }
    guard let number = pair.keyLocation.line, pair.keyLocation.column == 1 else { return nil }
    return valueEdit(in: source.line(number), to: status)
  }

  /// The edit of a line such as `status: "pending"  # since May`.
  private static func valueEdit(in line: ArraySlice<UInt8>, to status: TaskStatus) -> Edit? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let rest = line[(colon + 1)...]
    let value = rest.drop { $0 == 0x20 || $0 == 0x09 }
    guard let first = value.first, first != UInt8(ascii: "#") else {
      return (rest.startIndex..<rest.startIndex, " " + status.text)
    }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      let inner = value.dropFirst()
      guard let end = inner.firstIndex(of: first) else { return nil }
      return (inner.startIndex..<end, status.text)
    }
    let remark = value.indices.first { value[$0] == UInt8(ascii: "#") && value[$0 - 1] <= 0x20 }
    let plain = value[..<(remark ?? value.endIndex)]
    let end = (plain.lastIndex { $0 > 0x20 } ?? plain.startIndex) + 1
    return (plain.startIndex..<end, status.text)
  }

  private static func statusField(in source: SourceText) -> BulletField? {
    let fields = BulletField.all(in: MarkdownOutline(of: source), of: source)
    return fields.first { $0.key == "status" && !$0.plainRange.isEmpty }
  }

  private static func statedStatus(in bytes: [UInt8]) -> TaskStatus? {
    // What cannot be read states nothing.
    guard let source = try? SourceText(bytes, path: "") else { return nil }
    guard let frontMatter = try? FrontMatter(of: source) else {
      return statusField(in: source).map { TaskStatus($0.plainValue(in: source)) }
    }
    return (try? frontMatter.load(from: source).string("status")).flatMap { $0 }.map { TaskStatus($0) }
  }
}
