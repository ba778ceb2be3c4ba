"""A template to its parts, refusing what Go's parser refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.gotemplate.errors import TemplateError
from gw2mon.gotemplate.functions import FUNCTIONS, OF_ALERTMANAGER
from gw2mon.gotemplate.lexer import Token, tokens
from gw2mon.gotemplate.nodes import (
    Action,
    Branch,
    Command,
    Constant,
    Definition,
    Function,
    Invocation,
    Jump,
    Path,
    Pipeline,
    Plain,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from gw2mon.gotemplate.errors import Span
    from gw2mon.gotemplate.lexer import Kind
    from gw2mon.gotemplate.nodes import Node, Operand


class Dialect(NamedTuple):
    """What a program lets its templates name."""

    variables: tuple[str, ...]
    """Those that it declares before each text."""
    functions: Collection[str]


PROMETHEUS = Dialect(("$", "$labels", "$externalLabels", "$externalURL", "$value"), FUNCTIONS)
ALERTMANAGER = Dialect(("$",), OF_ALERTMANAGER)
DEPTH_LIMIT = 100
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]*|0[xXbBoO][0-9a-fA-F_]+)")
_ESCAPES = re.compile(r"""\\(?:[abfnrtv\\'"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?P<bad>.|$))""")


class _End(NamedTuple):
    """What ended a list of parts: end or else, and where."""

    word: str
    span: Span


def parse(text: str, of: Dialect = PROMETHEUS) -> tuple[Node, ...]:
    """The parts of a template of the program that will read it. Raises TemplateError."""
    parser = _Parser(tuple(tokens(text)), text, of)
    body, end = parser.nodes(top=True)
    if end is not None:
        raise TemplateError(f"an {end.word} too many", end.span)
    return body


class _Parser:
    """A place in the pieces, the variables that are known there, and how deep inside what it is."""

    def __init__(self, pieces: tuple[Token, ...], text: str, of: Dialect) -> None:
        self._pieces = pieces
        self._of = of
        self._text = text
        self._at = 0
        self._known = list(of.variables)
        self._ranges = 0
        self._depth = 0

    # --- pieces ---

    def _next(self, *, spaces: bool = False) -> Token:
        token = self._pieces[self._at]
        while not spaces and token.kind == "space":
            self._at += 1
            token = self._pieces[self._at]
        self._at += token.kind != "end"
        return token

    def _peek(self, *, spaces: bool = False) -> Token:
        before = self._at
        token = self._next(spaces=spaces)
        self._at = before if spaces else self._at - (token.kind != "end")
        return token

    def _expect(self, *kinds: Kind) -> Token:
        token = self._next()
        if token.kind not in kinds:
            raise self._unexpected(token)
        return token

    def _unexpected(self, token: Token) -> TemplateError:
        start, end = token.span
        if self._text[start - 1 : end] == "||":
            return TemplateError("there is no ||: write {{ or a b }}", (start - 1, end))
        if token.text in ("=", ":="):
            return TemplateError(f"unexpected {token.text}: to compare write {{{{ eq a b }}}}", token.span)
        return TemplateError(f"unexpected {token.text or 'end'} between {{{{ and }}}}", token.span)

    # --- parts ---

    def nodes(self, *, top: bool = False) -> tuple[tuple[Node, ...], _End | None]:
        """Parts up to `end` or `else`, or to the end of the text at the top."""
        found: list[Node] = []
        while True:
            token = self._next(spaces=True)
            if token.kind == "end":
                return tuple(found), None
            if token.kind == "text":
                found.append(Plain(token.text, token.span))
                continue
            node = self._part(token, top=top)
            if isinstance(node, _End):
                return tuple(found), node
            found.append(node)

    def _part(self, opened: Token, *, top: bool) -> Node | _End:
        token = self._peek()
        if token.kind != "keyword":
            pipeline = self._pipeline("close")
            return Action(pipeline, (opened.span[0], self._end()))
        self._next()
        match token.text:
            case "if" | "with" | "range" as word:
                return self._branch(word, opened)
            case "end":
                self._expect("close")
                return _End("end", token.span)
            case "else":
                return _End("else", token.span)
            case "break" | "continue":
                if not self._ranges:
                    raise TemplateError(f"{token.text} stands outside of range", token.span)
                self._expect("close")
                return Jump(token.text, token.span)
            case "define":
                if not top:
                    raise TemplateError("define stands inside of something else", token.span)
                return self._definition(opened)
            case _:
                return self._invocation(token, opened)

    def _branch(self, word: str, opened: Token) -> Branch:
        self._deeper(opened)
        known = len(self._known)
        pipeline = self._pipeline("close", ranged=word == "range")
        self._ranges += word == "range"
        body, end = self.nodes()
        self._ranges -= word == "range"
        otherwise: tuple[Node, ...] = ()
        if end is not None and end.word == "else":
            otherwise, end = self._otherwise(word, opened)
        if end is None:
            raise TemplateError(f"this {word} has no end", opened.span)
        if end.word == "else":
            raise TemplateError("an else too many", end.span)
        del self._known[known:]
        self._depth -= 1
        return Branch(word, pipeline, body, otherwise, (opened.span[0], self._end()))  # type: ignore[arg-type]

    def _otherwise(self, word: str, opened: Token) -> tuple[tuple[Node, ...], _End | None]:
        token = self._next()
        if token.text == "if" and word == "if":
            # The nested branch takes the end for itself.
            return (self._branch("if", opened),), _End("end", token.span)
        if token.text == "with":
            raise TemplateError("else with is not known to Prometheus 2.42", token.span)
        if token.kind != "close":
            raise TemplateError(f"unexpected {token.text} after else", token.span)
        return self.nodes()

    def _definition(self, opened: Token) -> Definition:
        name = self._name()
        self._expect("close")
        return Definition(name, self._apart("define", opened), (opened.span[0], self._end()))

    def _invocation(self, word: Token, opened: Token) -> Invocation:
        name = self._name()
        pipeline = None
        if word.text == "block" or self._peek().kind != "close":
            pipeline = self._pipeline("close")
        else:
            self._next()
        if word.text == "block":
            self._apart("block", opened)
            name = ""
        return Invocation(name, pipeline, (opened.span[0], self._end()))

    def _apart(self, word: str, opened: Token) -> tuple[Node, ...]:
        """The body of a template of its own, which sees none of the variables outside."""
        known, ranges = self._known, self._ranges
        self._known, self._ranges = ["$"], 0
        self._deeper(opened)
        body, end = self.nodes()
        if end is None or end.word != "end":
            raise TemplateError(f"this {word} has no end", opened.span)
        self._known, self._ranges = known, ranges
        self._depth -= 1
        return body

    def _name(self) -> str:
        return self._text_of(self._expect("string", "raw"))

    # --- pipelines ---

    def _pipeline(self, end: Kind, *, ranged: bool = False) -> Pipeline:
        start = self._peek().span[0]
        declares = self._declared(ranged=ranged)
        commands: list[Command] = []
        while (token := self._peek()).kind != end:
            if token.kind not in _BEGINNINGS:
                raise self._unexpected(token)
            commands.append(self._command())
            if len(commands) > 1:
                _check_piped(commands[-1])
        self._next()
        if not commands:
            raise TemplateError("nothing stands between {{ and }}", (start, self._end()))
        return Pipeline(declares, tuple(commands), (start, commands[-1].span[1]))

    def _declared(self, *, ranged: bool) -> tuple[str, ...]:
        before, found = self._at, []
        while self._peek().kind == "variable":
            found.append(self._next())
            token = self._next()
            if token.kind in (":=", "="):
                names = tuple(item.text for item in found)
                self._known.extend(names)
                return names
            if token.kind != "," or not ranged or len(found) > 1:
                break
        if len(found) > 1:
            raise TemplateError("only range declares two variables: range $name, $value := …", found[0].span)
        self._at = before
        return ()

    def _command(self) -> Command:
        args: list[Operand] = []
        start = self._peek().span[0]
        while True:
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            token = self._next(spaces=True)
            if token.kind == "space" and operand is not None:
                continue
            if token.kind in ("close", ")"):
                self._at -= 1
            elif token.kind not in ("|", "space"):
                raise self._unexpected(token)
            if token.kind != "space":
                break
        if not args:
            raise TemplateError("a command is missing", (start, start + 1))
        return Command(tuple(args), (start, args[-1].span[1]))

    def _operand(self) -> Operand | None:
        term = self._term()
        if term is None or self._peek_here().kind != "field":
            return term
        fields: list[str] = []
        while self._peek_here().kind == "field":
            fields.append(self._next(spaces=True).text[1:])
        span = (term.span[0], self._end())
        match term:
            case Path(".", ()):
                raise TemplateError(f"unexpected .{fields[0]} after .", span)
            case Path():
                return term._replace(fields=(*term.fields, *fields), span=span)
            case Function():
                # Go calls the function and takes the field of its result.
                call = Pipeline((), (Command((term,), term.span),), term.span)
                return Path(call, tuple(fields), span)
            case Constant():
                raise TemplateError(f"unexpected .{fields[0]} after {self._text[slice(*term.span)]}", span)

    def _term(self) -> Operand | None:
        token = self._peek()
        if token.kind not in _BEGINNINGS:
            return None
        self._next()
        match token.kind:
            case "name":
                return self._function(token)
            case "dot":
                return Path(".", (), token.span)
            case "field":
                return Path(".", (token.text[1:],), token.span)
            case "variable":
                return self._variable(token)
            case "(":
                self._deeper(token)
                inner = self._pipeline(")")
                self._depth -= 1
                return Path(inner, (), (token.span[0], self._end()))
            case _:
                return self._constant(token)

    def _function(self, token: Token) -> Function:
        if token.text not in self._of.functions:
            raise TemplateError(f"there is no function {token.text}", token.span, token.text)
        if self._of is PROMETHEUS and FUNCTIONS[token.text].since:
            raise TemplateError(f"{token.text} is not known to Prometheus 2.42", token.span)
        return Function(token.text, token.span)

    def _variable(self, token: Token) -> Path:
        if token.text not in self._known:
            raise TemplateError(f"there is no variable {token.text}", token.span, token.text)
        return Path(token.text, (), token.span)

    def _constant(self, token: Token) -> Constant:
        match token.kind:
            case "string" | "raw":
                return Constant("string", self._text_of(token), token.span)
            case "bool" | "nil":
                return Constant(token.kind, token.text, token.span)
            case "char":
                if len(re.sub(r"\\.[0-9a-fA-F]*", "x", token.text)) != 3:  # noqa: PLR2004 - quotes and one character
                    raise TemplateError(f"{token.text} is no single character", token.span)
                return Constant("int", token.text, token.span)
            case _:
                whole = _PLAIN_NUMBER.fullmatch(token.text)
                return Constant("int" if whole else "number", token.text, token.span)

    # --- small things ---

    def _peek_here(self) -> Token:
        return self._peek(spaces=True)

    def _end(self) -> int:
        return self._pieces[self._at - 1].span[1]

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise TemplateError("nested too deeply", token.span)

    def _text_of(self, token: Token) -> str:
        if token.kind == "raw":
            return token.text[1:-1]
        for escape in _ESCAPES.finditer(token.text[1:-1]):
            if escape["bad"] is not None or escape.group() == "\\'":
                begin = token.span[0] + 1 + escape.start()
                raise TemplateError(f"{escape.group()} means nothing in a text", (begin, begin + len(escape.group())))
        return token.text[1:-1]


_BEGINNINGS = ("name", "field", "variable", "dot", "number", "string", "raw", "char", "bool", "nil", "(")


def _check_piped(command: Command) -> None:
    first = command.args[0]
    if isinstance(first, Constant) or (isinstance(first, Path) and first.root == "." and not first.fields):
        raise TemplateError("what follows | must be a function", first.span)
