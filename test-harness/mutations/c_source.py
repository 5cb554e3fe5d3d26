# SPDX-License-Identifier: BSD-2-Clause
"""Splits a C source file into tokens, functions and statements, and finds which tokens are part of expressions.

There is no preprocessor and no table of types: a statement that looks like a declaration is taken for one. Comments and
preprocessor lines are no tokens, so that nothing is changed in them.
"""
import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/|//[^\n]*|(?:(?<=\n)|\A)[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
    |(?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\])*"|[uUL]?'(?:\\.|[^'\\])+')
    |(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<punct>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||\#\#|.)""",
    re.VERBOSE | re.DOTALL,
)
TYPE_WORDS = set(
    "static const struct enum union unsigned signed int char long short void float double bool _Bool extern register "
    "volatile typedef _Static_assert _Alignas _Atomic".split()
)
STATEMENT_WORDS = set("if else for while do switch case default return break continue goto sizeof".split())
CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int
    line: int


@dataclass
class Statement:
    """first and last are token numbers; last is part of the statement. The condition has no parentheses."""

    kind: str
    first: int
    last: int
    condition: tuple = None
    branch: tuple = None


@dataclass
class Function:
    name: str
    first: int
    last: int
    statements: list = field(default_factory=list)


class Source:
    def __init__(self, text):
        self.text = text
        self.tokens = list(tokenize(text))
        self.closes = match_brackets(self.tokens)
        self.functions = []
        self.constants = []  # token ranges of initialisers and enumerators outside of functions
        self.declarators = set()  # tokens of declarations, up to the "=" of each
        self.find_functions()

    def word(self, i):
        return self.tokens[i].text if i < len(self.tokens) else ""

    def find_functions(self):
        i, start = 0, 0
        while i < len(self.tokens):
            if self.word(i) == "{":
                last = self.closes[i]
                name = self.function_name(start, i)
                if name:
                    function = Function(name, i, last)
                    self.functions.append(function)
                    self.block(function, i)
                elif self.word(i - 1) == "=" or "enum" in (self.word(k) for k in range(start, i)):
                    self.constants.append((i, last))
                i = last
                start = i + 1 if name else start
            elif self.word(i) == ";":
                start = i + 1
            elif self.word(i) == "=":
                self.constants.append((i, self.until(i, ";")))
            i = self.closes.get(i, i) + 1 if self.word(i) in "([" else i + 1

    def function_name(self, start, brace):
        """Returns the name of the function whose definition begins at start, and None for a table or a type."""
        for i in range(start, brace):
            if self.word(i) == "=":
                return None
            if self.word(i) == "(" and self.tokens[i - 1].kind == "name" and i > start:
                if self.word(i - 1) not in ("__attribute__", "_Alignas", "__declspec"):
                    return self.tokens[i - 1].text
        return None

    def until(self, i, wanted):
        """Returns the next such token at the same depth of brackets."""
        while i < len(self.tokens) and self.word(i) != wanted:
            i = self.closes.get(i, i) + 1
        return i

    def block(self, function, i):
        last = self.closes[i]
        function.statements.append(Statement("block", i, last))
        i += 1
        while i < last:
            i = self.statement(function, i)
        return last + 1

    def statement(self, function, i):
        """Records the statement that begins here and those in it. Returns the number of the token after it."""
        word = self.word(i)
        if word == "{":
            return self.block(function, i)
        if word in ("if", "while", "for", "switch"):
            return self.conditional(function, i)
        if word == "do":
            after = self.statement(function, i + 1)
            close = self.closes[after + 1]
            function.statements.append(Statement("do", i, close + 1, condition=(after + 2, close - 1)))
            return close + 2
        if word in ("case", "default"):
            return self.until(i, ":") + 1
        if self.word(i + 1) == ":" and self.tokens[i].kind == "name":
            return i + 2
        if self.is_declaration(i):
            return self.declaration(i)
        if self.word(i + 1) == "(" and word not in STATEMENT_WORDS:
            after = self.closes[i + 1] + 1
            if self.word(after) == "{" or self.tokens[after].kind == "name":
                return self.statement(function, after)  # a macro that is a loop
        last = self.until(i, ";")
        kind = word if word in ("return", "break", "continue", "goto") else "expression"
        function.statements.append(Statement(kind if last > i else "empty", i, last))
        return last + 1

    def conditional(self, function, i):
        kind, close = self.word(i), self.closes[i + 1]
        condition = (i + 2, close - 1)
        if kind == "for":
            semicolon = self.until(i + 2, ";")
            condition = (semicolon + 1, self.until(semicolon + 1, ";") - 1)
            if self.is_declaration(i + 2):
                self.declaration(i + 2)
        after = self.statement(function, close + 1)
        branch = None
        if kind == "if" and self.word(after) == "else":
            branch = (after + 1, self.statement(function, after + 1) - 1)
            after = branch[1] + 1
        function.statements.append(Statement(kind, i, after - 1, condition=condition, branch=branch))
        return after

    def is_declaration(self, i):
        if self.word(i) in TYPE_WORDS:
            return True
        if self.tokens[i].kind != "name" or self.word(i) in STATEMENT_WORDS:
            return False
        k = i + 1
        if self.tokens[k].kind == "name" and self.word(k) not in STATEMENT_WORDS:
            return True
        if self.word(k) == "(":  # g_autoptr(GString) text = ...
            if self.closes[k] != k + 2 or self.tokens[k + 1].kind != "name":
                return False
            k += 3
        while self.word(k) == "*" or self.word(k) == "const":
            k += 1
        return self.tokens[k].kind == "name" and self.word(k) not in STATEMENT_WORDS and self.word(k + 1) in "=;,[("

    def declaration(self, i):
        last = self.until(i, ";")
        in_value, k = False, i
        while k < last:
            close = self.closes.get(k, k)
            in_value = (in_value or self.word(k) == "=") and self.word(k) != ","
            if not in_value:
                self.declarators.update(range(k, close + 1))
            k = close + 1
        return last + 1


def tokenize(text):
    position, line = 0, 1
    while position < len(text):
        match = TOKEN.match(text, position)
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match.group(), match.start(), match.end(), line)
        line += match.group().count("\n")
        position = match.end()


def match_brackets(tokens):
    closes, open_ones = {}, []
    for i, token in enumerate(tokens):
        if token.text in CLOSING:
            open_ones.append(i)
        elif token.text in CLOSING.values() and token.kind == "punct":
            if not open_ones or CLOSING[tokens[open_ones[-1]].text] != token.text:
                raise ValueError(f"line {token.line}: this {token.text} closes nothing")
            closes[open_ones.pop()] = i
    if open_ones:
        raise ValueError(f"line {tokens[open_ones[-1]].line}: this {tokens[open_ones[-1]].text} is not closed")
    return closes
