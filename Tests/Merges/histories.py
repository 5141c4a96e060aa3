"""Random histories: a few files that a few branches change, move and remove, written by `git fast-import`."""

import random

FILE, EXECUTABLE, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
# Composed and decomposed, which some file systems and Unicode call the same.
NAMES = ["a.txt", "b.txt", "c.py", "d", "e.lock", "README", "\u00fc", "u\u0308", "a b", 'q"q', "n\nl", "A.txt"]
FOLDERS = ["", "src/", "src/deep/", "lib/", "docs/", "d/"]
BRANCHES = 5

SETTINGS = [
    [],
    [],
    [],
    ["merge.renames=false"],
    ["merge.directoryRenames=true"],
    ["merge.directoryRenames=false"],
    ["merge.renormalize=true", "core.autocrlf=true"],
    ["merge.renameLimit=2"],
    ["diff.ignoreSubmodules=all", "core.ignoreCase=true"],
    ["diff.algorithm=patience", "merge.conflictStyle=zdiff3"],
    ["merge.mine.driver=true"],
]
ATTRIBUTES = [None, None, None, "*.txt merge=union\n", "*.py -merge\n*.lock binary\n", "* merge=mine\n", "* text=auto\n"]


class History:
    """Trees by commit; a tree holds a mode and bytes for each path."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.stream = []
        self.count = 0
        self.trees = {}
        self.settings = self.random.choice(SETTINGS)
        self.attributes = self.random.choice(ATTRIBUTES)
        self.write()

    def write(self):
        base = self.commit([], self.first_tree())
        main = base
        tips = []
        for number in range(1, BRANCHES + 1):
            # From where main stands, from where another result does, from a merge of two.
            start = self.random.choice([base, main, main, *tips[-1:]])
            tip = self.grow(start)
            if tips and self.random.random() < 0.15:
                tip = self.join(tip, self.random.choice(tips))
            if self.random.random() < 0.02:
                tip = self.commit([], self.first_tree())
            tips.append(tip)
            self.branch(f"paircoder/T-{number}", tip)
            if self.random.random() < 0.2:
                main = self.grow(main)
            if self.random.random() < 0.1:
                main = self.join(main, self.random.choice(tips))
            if len(tips) > 1 and self.random.random() < 0.2:
                # Each merges the other: afterwards they have two merge bases.
                one, other = len(tips) - 2, len(tips) - 1
                ends = tips[one], tips[other]
                tips[one], tips[other] = self.join(*ends), self.join(*reversed(ends))
                self.branch(f"paircoder/T-{one + 1}", tips[one])
                self.branch(f"paircoder/T-{other + 1}", tips[other])
        self.branch("main", main)

    def grow(self, start):
        tip = start
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            tree = dict(self.trees[tip])
            for _ in range(self.random.choice([1, 1, 2, 3])):
                self.random.choice(CHANGES)(self, tree)
            tip = self.commit([tip], tree)
        return tip

    def join(self, one, other):
        """A merge as somebody may have made it: one side's files, some of the other's."""
        tree = dict(self.trees[one])
        for path, content in self.trees[other].items():
            if path not in tree and self.random.random() < 0.7:
                put(tree, path, content)
        return self.commit([one, other], tree)

    def first_tree(self):
        tree = {}
        for _ in range(self.random.randint(4, 14)):
            put(tree, self.new_path(), self.content())
        return tree

    def new_path(self):
        return self.random.choice(FOLDERS) + self.random.choice(NAMES)

    def content(self):
        kind = self.random.random()
        if kind < 0.06:
            return LINK, self.random.choice([b"a.txt", b"src", b"../b.txt"])
        if kind < 0.1:
            return SUBMODULE, b"%040x" % self.random.randint(1, 4)
        if kind < 0.15:
            return FILE, bytes(self.random.randrange(4) for _ in range(60))
        if kind < 0.18:
            return FILE, b""
        lines = [b"%s %d\n" % (self.random.choice([b"one", b"two", b"}"]), n) for n in range(self.random.randint(3, 24))]
        return self.random.choice([FILE, FILE, FILE, EXECUTABLE]), b"".join(lines)

    def some_path(self, tree, modes=(FILE, EXECUTABLE, LINK, SUBMODULE)):
        paths = [path for path, content in sorted(tree.items()) if content[0] in modes]
        return self.random.choice(paths) if paths else None

    def some_folder(self, tree):
        folders = sorted({path[: path.rindex("/")] for path in tree if "/" in path})
        return self.random.choice(folders) if folders else None

    # What is written

    def commit(self, parents, tree):
        self.count += 1
        mark = self.count
        self.trees[mark] = tree
        lines = [
            # Most at one second, some in the wrong order.
            f"commit refs/heads/unfinished\nmark :{mark}",
            f"committer A <a@b.invalid> {1700000000 + self.random.choice([0, 0, 1, mark, -mark])} +0000\ndata 1\nc",
        ]
        if not parents:
            lines[0] = "reset refs/heads/unfinished\n" + lines[0]
        for index, parent in enumerate(parents):
            lines.append(f"{'merge' if index else 'from'} :{parent}")
        lines.append("deleteall")
        self.stream.append("\n".join(lines).encode() + b"\n")
        for path, (mode, data) in sorted(tree.items()):
            name = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
            if mode == SUBMODULE:
                self.stream.append(f"M {mode} {data.decode()} {name}\n".encode())
            else:
                self.stream.append(f"M {mode} inline {name}\ndata {len(data)}\n".encode() + data + b"\n")
        return mark

    def branch(self, name, mark):
        self.stream.append(f"reset refs/heads/{name}\nfrom :{mark}\n\n".encode())

    def script(self):
        return b"".join(self.stream) + b"reset refs/heads/unfinished\nfrom " + b"0" * 40 + b"\n\ndone\n"


def put(tree, path, content):
    """Puts a file at `path`: what stood in its way, above or below, goes."""
    for other in list(tree):
        if other.startswith(path + "/") or path.startswith(other + "/"):
            del tree[other]
    tree[path] = content


def edit(history, tree):
    path = history.some_path(tree, (FILE, EXECUTABLE))
    if path is None:
        return
    mode, data = tree[path]
    lines = data.splitlines(True) or [b""]
    for _ in range(history.random.choice([1, 1, 2, 5])):
        place = history.random.randrange(len(lines))
        new = b"new %d\n" % history.random.randrange(3)
        lines[place : place + history.random.choice([0, 1, 1, 2])] = [new] * history.random.choice([0, 1, 1, 2])
        lines = lines or [b"empty\n"]
    tree[path] = mode, b"".join(lines)


def add(history, tree):
    put(tree, history.new_path(), history.content())


def add_below(history, tree):
    """A file beside others, which may be moved elsewhere."""
    folder = history.some_folder(tree)
    if folder:
        put(tree, f"{folder}/new{history.random.randrange(3)}.txt", history.content())


def delete(history, tree):
    if len(tree) > 1:
        del tree[history.some_path(tree)]


def delete_folder(history, tree):
    folder = history.some_folder(tree)
    if folder:
        for path in [path for path in tree if path.startswith(folder + "/")]:
            del tree[path]
        tree = tree or put(tree, "left", (FILE, b"left\n"))


def rename(history, tree):
    path = history.some_path(tree)
    if path:
        put(tree, history.new_path(), tree.pop(path))


def rename_and_edit(history, tree):
    rename(history, tree)
    edit(history, tree)


def move_folder(history, tree):
    """All of a folder, or a part, into another: new, there already, below itself, or above."""
    folder = history.some_folder(tree)
    if folder:
        target = history.random.choice(["moved", "lib", "docs", f"{folder}/inner", "src", "moved/deep"])
        paths = [path for path in sorted(tree) if path.startswith(folder + "/")]
        if history.random.random() < 0.3:
            paths = paths[: max(1, len(paths) // 2)]
        for path, content in [(path, tree.pop(path)) for path in paths]:
            put(tree, target + path[len(folder) :], content)


def split_folder(history, tree):
    folder = history.some_folder(tree)
    if folder:
        for path in [path for path in sorted(tree) if path.startswith(folder + "/")]:
            content = tree.pop(path)
            put(tree, history.random.choice(["left", "right"]) + path[len(folder) :], content)


def move_all(history, tree):
    for path, content in [(path, tree.pop(path)) for path in sorted(tree)]:
        put(tree, "all/" + path, content)


def change_mode(history, tree):
    path = history.some_path(tree, (FILE, EXECUTABLE))
    if path:
        mode, data = tree[path]
        tree[path] = (EXECUTABLE if mode == FILE else FILE), data


def change_kind(history, tree):
    path = history.some_path(tree)
    if path:
        tree[path] = history.content()


def file_to_folder(history, tree):
    path = history.some_path(tree)
    if path:
        content = tree.pop(path)
        put(tree, path + "/inside", history.random.choice([content, history.content()]))


def folder_to_file(history, tree):
    folder = history.some_folder(tree)
    if folder:
        put(tree, folder, history.content())


def line_ends(history, tree):
    path = history.some_path(tree, (FILE, EXECUTABLE))
    if path:
        mode, data = tree[path]
        crlf = b"\r\n" in data
        tree[path] = mode, data.replace(b"\r\n", b"\n") if crlf else data.replace(b"\n", b"\r\n")


def blanks(history, tree):
    path = history.some_path(tree, (FILE, EXECUTABLE))
    if path:
        mode, data = tree[path]
        tree[path] = mode, data.replace(b" ", b"  ")


def copy(history, tree):
    path = history.some_path(tree)
    if path:
        put(tree, history.new_path(), tree[path])


def swap(history, tree):
    one, other = history.some_path(tree), history.some_path(tree)
    if one and other:
        tree[one], tree[other] = tree[other], tree[one]


CHANGES = [
    edit, edit, edit, edit, edit, add, add, add, add_below, add_below, delete, delete, delete_folder, rename,
    rename_and_edit, move_folder, move_folder, split_folder, move_all, change_mode, change_kind, file_to_folder,
    folder_to_file, line_ends, blanks, copy, swap,
]
