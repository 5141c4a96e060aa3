/// The workflow that TASK-028 gives as its example, with its comment and its indented empty lines.
package enum SeedWorkflow {
  package static let text = """
    # Complex task flow
    workflow:
      - agent: claude-code
        mode: plan
        task: "Design authentication system"
        output: design.md
        
      - agent: codex-cli
        mode: full-auto
        task: "Implement basic auth per design.md"
        output: src/auth/
        
      - agent: claude-code
        mode: plan
        task: "Review implementation against design"
        output: review.md

    """
}
