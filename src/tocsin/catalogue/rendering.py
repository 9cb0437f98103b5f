"""Showing a text with an event's values in it: as HTML for pages and mails, as lines for plain mails.

The source is Markdown (CommonMark) of ours; a value enters after parsing and is never read as Markdown or HTML.
A fence names its product in the info string, which is shown above the command.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from tocsin.catalogue.filling import fill, may_stand_in_command, without_gaps
from tocsin.catalogue.wrapping import UNBROKEN, columns, joined, wrapped

#: Columns of a line of a plain mail (RFC 5322, section 2.1.1 advises at most 78; quoting needs room).
MAIL_WIDTH: Final = 72
#: Inline code up to this many columns is kept on one line.
_LONGEST_UNBROKEN: Final = 48


class Html(str):
    """HTML that is safe to place in a page as it is; templates see it by `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        """Give the markup to a template engine that escapes everything else."""
        return str(self)


def _is_https(url: str) -> bool:
    return url.startswith("https://")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline", "image"])
    setattr(parser, "validateLink", _is_https)  # noqa: B010  (the library's own way to say which links there may be)
    parser.core.ruler.after("block", "drop_gaps", _drop_gaps)
    parser.core.ruler.push("fill_values", _fill_values)
    return parser


def _drop_gaps(state: StateCore) -> None:
    """Take out sentences and commands whose values are missing, then what has become empty."""
    values: Mapping[str, str] = state.env["values"]
    kept: list[Token] = []
    for token in state.tokens:
        if token.type == "inline":
            paragraph = joined(token.content.split("\n"))
            token.content = without_gaps(paragraph, values)
        if token.type == "fence" and not may_stand_in_command(token.content, values):
            continue
        kept.append(token)
    state.tokens = _without_empty(kept)


def _without_empty(tokens: list[Token]) -> list[Token]:
    """Drop empty paragraphs, list items whose first block fell away (with all that hangs on them), and empty lists."""
    kept: list[Token] = []
    start = 0
    while start < len(tokens):
        end = _end_of_block(tokens, start)
        if end > start:
            inner = _without_empty(tokens[start + 1 : end])
            headless = tokens[start].type == "list_item_open" and inner[:1] != [tokens[start + 1]]
            if inner and not headless:
                kept += [tokens[start], *inner, tokens[end]]
        elif tokens[start].type != "inline" or tokens[start].content:
            kept.append(tokens[start])
        start = end + 1
    return kept


def _end_of_block(tokens: list[Token], start: int) -> int:
    """Find the token that closes the block which the first one opens; itself where it opens none."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return start


def _fill_values(state: StateCore) -> None:
    values: Mapping[str, str] = state.env["values"]
    for token in state.tokens:
        token.content = fill(token.content, values) if token.type == "fence" else token.content
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                child.content = fill(child.content, values)


def _fence(renderer: object, tokens: list[Token], index: int, options: object, env: object) -> str:
    """Show a command with its product above it; no class, for mails keep none."""
    token = tokens[index]
    caption = f"<p><strong>{escapeHtml(token.info.strip())}</strong></p>\n" if token.info.strip() else ""
    return f"{caption}<pre><code>{escapeHtml(token.content)}</code></pre>\n"


_MARKDOWN: Final = _parser()
_MARKDOWN.add_render_rule("fence", _fence)


def as_html(source: str, values: Mapping[str, str]) -> Html:
    """Render a text as HTML without classes, styles, scripts, images or raw markup; links are https only."""
    return Html(_MARKDOWN.render(source, {"values": values}))


def as_text(source: str, values: Mapping[str, str], *, ambiguous: int, colon: str) -> str:
    """Render a text as lines of at most 72 columns; commands keep their lines, however long.

    Args:
        ambiguous: columns of curly quotation marks and dashes: 2 in a Chinese text.
        colon: what follows the product's name above a command.
    """
    root = SyntaxTreeNode(_MARKDOWN.parse(source, {"values": values}))
    return "\n".join(_Lines(ambiguous, colon).of(root.children, MAIL_WIDTH))


class _Lines:
    """The lines of a block and what hangs below it."""

    def __init__(self, ambiguous: int, colon: str) -> None:
        self._ambiguous = ambiguous
        self._colon = colon

    def of(self, nodes: Iterable[SyntaxTreeNode], width: int) -> list[str]:
        """Give the lines of blocks, an empty one between two of them."""
        lines: list[str] = []
        for node in nodes:
            block = self._of_block(node, width)
            if lines and block:
                lines.append("")
            lines.extend(block)
        return lines

    def _of_block(self, node: SyntaxTreeNode, width: int) -> list[str]:
        if node.type in ("ordered_list", "bullet_list"):
            return self._of_list(node, width)
        if node.type == "fence":
            caption = [node.info.strip() + self._colon] if node.info.strip() else []
            return caption + ["    " + line for line in node.content.rstrip("\n").split("\n")]
        if node.type in ("paragraph", "heading"):
            return wrapped(_inline_text(node.children[0].children), width, self._ambiguous)
        return self.of(node.children, width)

    def _of_list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        lines: list[str] = []
        for number, item in enumerate(node.children, start=1):
            mark = f"{number}. " if node.type == "ordered_list" else "- "
            indent = " " * columns(mark)
            for line in self.of(item.children, width - len(indent)):
                lines.append((mark + line) if line and mark.strip() else (indent + line).rstrip())
                mark = indent
        return lines


def _inline_text(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "".join(_text_of(node) for node in nodes)


def _text_of(node: SyntaxTreeNode) -> str:
    if node.type == "text":
        return node.content
    if node.type == "code_inline":
        code = f"`{node.content}`"
        return code.replace(" ", UNBROKEN) if columns(code) <= _LONGEST_UNBROKEN else code
    if node.type in ("softbreak", "hardbreak"):
        return " "
    inner = _inline_text(node.children)
    if node.type == "link":
        address = str(node.attrs["href"])
        return address if inner == address else f"{inner} <{address}>"
    return inner
