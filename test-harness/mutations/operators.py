# SPDX-License-Identifier: BSD-2-Clause
"""Makes the mutants of a C source file. Each is one small change that a good test notices."""
import re
from dataclasses import dataclass

from c_source import Source

SWAPS = {
    "&&": "||", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=",
    "+": "-", "-": "+", "&": "|", "|": "&", "<<": ">>", ">>": "<<", "+=": "-=", "-=": "+=", "|=": "=", "&=": "=",
    "TRUE": "FALSE", "true": "false", "eax": "edx", "ebx": "ecx", "EAX": "EDX", "EBX": "ECX", "KVM_EAX": "KVM_EDX",
}
SWAPS.update({swapped: word for word, swapped in SWAPS.items() if swapped not in SWAPS and swapped != "="})
COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}
BINARY = set(SWAPS) & {"+", "-", "&", "|"}
ASSERTION = re.compile(r"(g_)?assert\w*|g_return_\w+|_Static_assert|static_assert|va_start|va_end|va_copy|sizeof")
ALLOCATION = re.compile(r"g_(try_)?(new0?|malloc0?(_n)?)|[cm]alloc")  # no test can see that more memory is allocated
LONGEST = 200


@dataclass
class Mutant:
    file: str
    function: str
    line: int  # of the token that changes
    start: int
    end: int
    text: str
    what: str
    before: str = ""
    after: str = ""
    scope: tuple = (0, 0)  # the function's lines; 0, 0 outside of functions

    def key(self):
        return (self.file, self.function, self.before, self.after)


class Mutator:
    def __init__(self, file, text):
        self.file = file
        self.source = Source(text)
        self.tokens = self.source.tokens
        self.mutants = []
        self.function = None
        self.sizes = set()  # tokens of what is allocated
        for i, token in enumerate(self.tokens):
            if ALLOCATION.fullmatch(token.text) and self.source.word(i + 1) == "(":
                self.sizes.update(range(i + 2, self.source.closes[i + 1]))

    def all(self):
        for first, last in self.source.constants:
            self.function = None
            for i in range(first, last):
                if self.tokens[i].kind == "number" or self.tokens[i].text.lower() in ("true", "false"):
                    self.mutate_token(i)
        for function in self.source.functions:
            self.function = function
            whole = set()
            for statement in function.statements:
                if statement.kind == "if":
                    whole.add(statement.branch[0] if statement.branch else self.source.closes[statement.first + 1] + 1)
            for statement in function.statements:
                self.mutate_statement(statement, statement.first in whole)
            i = function.first + 1
            while i < function.last:
                if self.is_assertion(i):
                    i = self.source.closes[i + 1]
                elif i not in self.source.declarators:
                    self.mutate_token(i)
                i += 1
        return self.described()

    def is_assertion(self, i):
        return ASSERTION.fullmatch(self.tokens[i].text) and self.source.word(i + 1) == "("

    def text_of(self, first, last):
        return self.source.text[self.tokens[first].start : self.tokens[last].end]

    def add(self, first, last, text, what, line=None):
        """Replaces these tokens, and keeps their line breaks, so that the numbers of later lines stay the same."""
        start, end = self.tokens[first].start, self.tokens[last].end
        text += "\n" * (self.source.text[start:end].count("\n") - text.count("\n"))
        scope = (0, 0)
        if self.function:
            scope = (self.tokens[self.function.first].line, self.tokens[self.function.last].line)
        name = self.function.name if self.function else "-"
        line = line or self.tokens[first].line
        self.mutants.append(Mutant(self.file, name, line, start, end, text, what, scope=scope))

    def mutate_statement(self, statement, is_dropped_already):
        """Drops a statement, unless it is the only one of an `if`: then the change that drops the `if` is the same."""
        first, last = statement.first, statement.last
        if statement.kind == "if" and statement.branch:
            self.add(*statement.branch, ";", "drop else")
        elif statement.kind == "if":
            self.add(first, last, ";", "drop if")
        elif is_dropped_already:
            pass
        elif statement.kind in ("expression", "break", "continue"):
            is_void = self.text_of(first, first + 1) == "(void" and self.source.word(first + 4) == ";"
            if not self.is_assertion(first) and not is_void:
                what = "statement" if statement.kind == "expression" else statement.kind
                self.add(first, last, ";", f"drop {what}")
        elif statement.kind == "return" and last == first + 1 and last + 1 < self.function.last:
            self.add(first, last, ";", "drop return")
        if statement.condition and statement.kind != "switch":
            self.negate(*statement.condition)

    def negate(self, first, last):
        """Negates a condition, unless it is a single == or !: then the change of that operator is the same."""
        signs, i = [], first
        while i <= last:
            if self.tokens[i].kind == "punct" and self.tokens[i].text not in "([*->.":
                signs.append(self.tokens[i].text)
            i = self.source.closes.get(i, i) + 1
        if first <= last and signs not in (["=="], ["!="], ["!"]):
            self.add(first, last, f"!({self.text_of(first, last)})", "negate condition")

    def mutate_token(self, i):
        token, before = self.tokens[i], self.tokens[i - 1]
        is_operand = before.kind in ("name", "number", "string") and before.text not in ("return", "case")
        is_operand = is_operand or before.text in (")", "]")
        if token.kind == "number":
            for number in neighbours(token.text):
                if i in self.sizes and int(number.rstrip("uUlL"), 0) > int(token.text.rstrip("uUlL"), 0):
                    continue
                self.add(i, i, number, f"{token.text} -> {number}")
        elif token.text == "!":
            self.add(i, i, "", "drop !")
        elif token.text == "?" and self.source.word(i + 1) != ":":
            self.swap_choice(i)
        elif token.text in SWAPS and (token.text not in BINARY or is_operand):
            self.add(i, i, SWAPS[token.text], f"{token.text} -> {SWAPS[token.text]}")

    def swap_choice(self, i):
        """Changes a ? b : c to a ? c : b."""
        colon, depth = i + 1, 1
        while True:
            word = self.source.word(colon)
            depth += (word == "?") - (word == ":")
            if depth == 0:
                break
            colon = self.source.closes.get(colon, colon) + 1
        last, depth = colon + 1, 0
        while self.source.word(last) not in (")", "]", "}", ",", ";"):
            if self.source.word(last) == ":" and depth == 0:
                break
            depth += (self.source.word(last) == "?") - (self.source.word(last) == ":")
            last = self.source.closes.get(last, last) + 1
        yes, no = self.text_of(i + 1, colon - 1), self.text_of(colon + 1, last - 1)
        self.add(i + 1, last - 1, f"{no} : {yes}", "swap the choices", self.tokens[i].line)

    def described(self):
        """Sorts the mutants by position and adds their lines before and after. Equal ones are told apart by a number."""
        self.mutants.sort(key=lambda mutant: (mutant.start, mutant.end, mutant.what, mutant.text))
        seen = {}
        for mutant in self.mutants:
            text = self.source.text
            first = text.rfind("\n", 0, mutant.start) + 1
            last = text.find("\n", mutant.end)
            last = last if last >= 0 else len(text)
            mutant.before = one_line(text[first:last])
            mutant.after = one_line(text[first : mutant.start] + mutant.text + text[mutant.end : last])
            count = seen[mutant.key()] = seen.get(mutant.key(), 0) + 1
            if count > 1:
                mutant.after += f" (number {count})"
        return self.mutants


def one_line(text):
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def neighbours(number):
    """Returns the number plus one and minus one, in the same base."""
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)([uUlL]*)", number)
    if not match:
        return []
    digits, suffix = match.groups()
    value = int(digits, 0)
    pattern = f"0x%0{len(digits) - 2}x" if digits[:2] in ("0x", "0X") else "%d"
    return [pattern % near + suffix for near in (value + 1, value - 1) if 0 <= near < 2**64]


def mutants_of(file, text):
    return Mutator(file, text).all()


def applied(text, mutant):
    return text[: mutant.start] + mutant.text + text[mutant.end :]
