/// What a mode means for one agent.
package struct ModeFlags: Hashable, Sendable, Codable {
  /// The arguments that ask for it.
  package let arguments: [String]
  /// What the agent then says of itself as its permission mode; nil where it says nothing.
  package let reportedAs: String?
  /// For people: what it comes to beyond what the arguments say; nil for no more than that.
  package let remark: String?

  package init(_ arguments: [String], reportedAs: String? = nil, remark: String? = nil) {
    self.arguments = arguments
    self.reportedAs = reportedAs
    self.remark = remark
  }
}
