"""Task files as people write them, in both formats."""


def front_matter(task, title, body, kind="feature", complexity=20):
    return (
        f"---\nid: {task}\ntitle: {title}\ntype: {kind}\npriority: P2\ncomplexity: {complexity}\n"
        f"status: pending\n---\n\n# {title}\n\n{body}\n"
    )


def bullets(task, title, body, complexity=75):
    return (
        f"# {task}: {title}\n\n## Metadata\n\n- **ID**: {task}\n- **Priority**: P1\n"
        f"- **Complexity**: {complexity}\n- **Status**: pending\n\n## Description\n\n{body}\n"
    )
