import TestSupport

extension ScratchRepository {
  /// Puts a program in the place of claude that runs `script`, with `say` to print a line of its output, `use`
  /// to tell one more message of 2,000 input tokens ($0.20), and `finish` for an end that cost $1.
  func install(claude script: String) throws {
    try scratch.write(
      "bin/claude",
      #"""
      #!/bin/sh
      set -eu
      cat > "$HOME/prompt"
      say() { printf '%s\n' "$1"; }
      use() {
        say '{"type":"assistant","message":{"id":"'"$1"'","content":[],"usage":{"input_tokens":2000,"output_tokens":0}}}'
      }
      finish() {
        say '{"type":"result","is_error":false,"subtype":"success","terminal_reason":"completed","result":"Done.","total_cost_usd":'$1',"usage":{"input_tokens":2000,"cache_read_input_tokens":400,"output_tokens":100}}'
      }
      say '{"type":"system","subtype":"init","session_id":"11111111-2222-4333-8444-555555555555","model":"claude-sonnet-4-5","permissionMode":"acceptEdits"}'
      """# + "\n" + script + "\n", executable: true)
  }
}
