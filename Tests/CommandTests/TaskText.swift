/// A task file as a person writes it.
struct TaskText {
  let id: String
  let text: String

  var path: String { ".paircoder/tasks/\(id).task.md" }

  /// With YAML front matter.
  init(_ id: String, title: String = "Write a greeting", fields: [String] = ["type: feature"], body: String) {
    self.id = id
    text =
      (["---", "id: \(id)", "title: \(title)", "status: pending"] + fields + ["---", "", body])
      .joined(separator: "\n") + "\n"
  }

  /// With front matter, a title and a recipe.
  init(_ id: String, title: String, body: String, recipe: String) {
    self.init(id, title: title, body: body + "\n" + TaskText.block(recipe))
  }

  /// With front matter and a recipe.
  init(_ id: String, recipe: String, fields: [String] = ["type: feature"], body: String = "") {
    self.init(id, fields: fields, body: body + "\n" + TaskText.block(recipe))
  }

  /// With bullets under `## Metadata`.
  static func bullets(_ id: String, recipe: String) -> TaskText {
    TaskText(
      id: id,
      text: """
        # \(id): Write a greeting

        ## Metadata
        - **ID**: \(id)
        - **Type**: feature
        - **Complexity**: 20
        - **Status**: pending

        \(block(recipe))

        """)
  }

  init(id: String, text: String) {
    self.id = id
    self.text = text
  }

  private static func block(_ recipe: String) -> String { "```sh recipe\n\(recipe)\n```" }
}

extension TaskText {
  /// A task that says when it is half done, and then waits until the file `go` is in `PAIRCODER_TEST_FOLDER`.
  static func waiting(_ id: String, sprint: String) -> TaskText {
    TaskText(
      id,
      recipe: """
        echo half > \(id).txt
        touch "$PAIRCODER_TEST_FOLDER/\(id)"
        while [ ! -e "$PAIRCODER_TEST_FOLDER/go" ]; do sleep 0.05; done
        echo all > \(id).txt
        """, fields: ["sprint: \(sprint)"])
  }
}
