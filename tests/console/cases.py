"""What is printed, in JavaScript and in Python; Node's own answers are in `expected.json`.

Both sides are statements. JavaScript's have the helpers of `run.js`, Python's the names of
`NAMES` in `test_console.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """The same statements twice."""

    js: str
    py: str


CASES: list[Case] = []


def same(*statements: str) -> None:
    """Add statements that read the same in both languages."""
    CASES.extend(Case(text, text) for text in statements)


def log(*values: str) -> None:
    """Add values that read the same in both languages, each logged on its own."""
    same(*(f"console.log({value})" for value in values))


def pairs(*values: tuple[str, str]) -> None:
    """Add values in JavaScript and in Python, each logged on its own."""
    CASES.extend(Case(f"console.log({js})", f"console.log({py})") for js, py in values)


def calls(*statements: tuple[str, str]) -> None:
    """Add statements in JavaScript and in Python."""
    CASES.extend(Case(js, py) for js, py in statements)


# Strings: raw at the top, quoted within.
log(
    "",
    "''",
    "'hello'",
    "'two', 'strings'",
    "'line\\nbreak'",
    "['hello']",
    "['']",
    '["it\'s"]',
    "['say \"hi\"']",
    "['both \\' and \"']",
    "['all \\' and \" and `']",
    "['\\' \" ${x}']",
    "['back\\\\slash']",
    "['tab\\t newline\\n return\\r']",
    "['\\b\\f\\v']",
    "['\\x00\\x01\\x1b\\x7f\\x80\\x9f\\xa0']",
    "['ä ö ü é']",
    "['日本語', '한국어', '中文']",
    "['\\u200b', '\\u00ad', 'e\\u0301']",
    "['\\u2028']",
    "['\\ud800']",
    "['\\udc00x\\ud800']",
    "['\\ud83d\\ude00']",
    "'\\ud83d\\ude00'",
    "'lone \\ud800 here'",
    "['a\\nb']",
    "['short\\nlines\\nof text']",
    "['a line that is long enough\\nto be split\\nat its newlines, as it is over eighty wide']",
    "{'key': 'a line that is long enough\\nto be split\\nat its newlines, as it is over eighty'}",
    "[['ends with a newline, and is far longer than what fits into one line of text......\\n']]",
)
pairs(
    ("'😀 family 👨‍👩‍👧'", "'😀 family 👨‍👩‍👧'"),
    ("['x'.repeat(100)]", "['x' * 100]"),
    ("['x'.repeat(10000)]", "['x' * 10000]"),
    ("['x'.repeat(10001)]", "['x' * 10001]"),
    ("['x'.repeat(10005)]", "['x' * 10005]"),
    ("['😀'.repeat(6000)]", "['😀' * 6000]"),
    ("['a' + '😀'.repeat(6000)]", "['a' + '😀' * 6000]"),
    ("[`${'ab\\n'.repeat(40)}`]", "['ab\\n' * 40]"),
    ("[\"it's\\n\" + 'x'.repeat(90)]", "[\"it's\\n\" + 'x' * 90]"),
    ("['q\\'\"' + 'y'.repeat(120) + '\\u0007']", "['q\\'\"' + 'y' * 120 + '\\u0007']"),
)

# Numbers
log(
    "0",
    "-0.0",
    "1.0",
    "-1.5",
    "0.1 + 0.2",
    "1e21",
    "1e20",
    "123456789012345680000.0",
    "1.5e300",
    "-1.5e-300",
    "5e-324",
    "1.7976931348623157e308",
    "1e-6",
    "1e-7",
    "1.234e-7",
    "0.000001234",
    "0.0001",
    "1e16",
    "1234567890123456.7",
    "12345678901234567.0",
    "4.35",
    "100.0",
    "1e100",
    "123e-20",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "[0, -0.0, 1.50]",
)
pairs(
    ("NaN, Infinity, -Infinity", "math.nan, math.inf, -math.inf"),
    ("[NaN, Infinity, -Infinity]", "[math.nan, math.inf, -math.inf]"),
    ("9007199254740993n", "9007199254740993"),
    ("-(2n ** 64n)", "-(2**64)"),
    ("[2n ** 200n]", "[2**200]"),
    ("10n ** 5000n + 7n", "10**5000 + 7"),
    ("-(10n ** 9000n)", "-(10**9000)"),
)

# Nothing, and truth
pairs(
    ("undefined", "None"),
    ("null", "null"),
    ("true, false", "True, False"),
    ("[undefined, null, true, false]", "[None, null, True, False]"),
    ("{ a: undefined, b: null }", "{'a': None, 'b': null}"),
    ("undefined, 'a', null, 1", "None, 'a', null, 1"),
)

# Arrays
log(
    "[]",
    "[1]",
    "[1, 2, 3]",
    "[1, 2, 3, 4, 5, 6]",
    "[1, 2, 3, 4, 5, 6, 7]",
    "['a', 'b', 'c', 'd', 'e', 'f', 'g']",
    "[[], [[]], [[[]]]]",
    "[[[[]]]]",
    "[[[[1]]]]",
    "[1, 'a', [2, ['b', [3]]]]",
    "[1.5, 22.25, 333, 4, 5, 66, 777777]",
    "['apple', 'banana', 'cherry', 'date', 'elderberry', 'fig', 'grape', 'honeydew melon']",
    "[1, 'a', 2, 'b', 3, 'c', 4]",
    "[['a', 1], ['b', 2], ['c', 3], ['d', 4], ['e', 5], ['f', 6], ['g', 7]]",
    "[[1, 2, [3, 4, [5, [6]]], {'a': {'b': {'c': {}}}}]]",
    "['日本', '中国', '한국', 'a', 'bb', 'ccc', 'dddd', '日本語日本語']",
    "['é', 'ê', 'ë', 'è', 'ē', 'e', 'ę', 'ė']",
    "['\\ud83d\\ude00', '\\ud83d\\ude01', 'a', 'b', 'c', 'd', 'e', 'f']",
    "[[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]]",
    "{'list': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}",
    "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 2, 3, 4, 5, 6]",
    "['a', 'b'], ['c']",
    "[100, 2000, 30000, 400000, 5000000, 60000000, 700000000, 8000000000]",
    "[-1, -22, 3, 4.5, -0.0, 1e21, 7]",
)
pairs(
    ("[[1, 2], 'a']", "((1, 2), 'a')"),
    ("Array.from({ length: 100 }, (_, i) => i)", "list(range(100))"),
    ("Array.from({ length: 101 }, (_, i) => i)", "list(range(101))"),
    ("Array.from({ length: 102 }, (_, i) => i)", "list(range(102))"),
    ("Array.from({ length: 1000 }, (_, i) => i * i)", "[i * i for i in range(1000)]"),
    ("Array.from({ length: 30 }, (_, i) => 'x'.repeat(i))", "['x' * i for i in range(30)]"),
    ("Array.from({ length: 27 }, (_, i) => 'word' + i)", "['word' + str(i) for i in range(27)]"),
    (
        "Array.from({ length: 110 }, (_, i) => 'w' + i)",
        "['w' + str(i) for i in range(110)]",
    ),
    (
        "[...Array.from({ length: 100 }, (_, i) => i), 'x']",
        "[*range(100), 'x']",
    ),
    (
        "[...Array.from({ length: 100 }, (_, i) => i), 1, 'x']",
        "[*range(100), 1, 'x']",
    ),
    ("Array.from({ length: 8 }, (_, i) => 2n ** 60n + BigInt(i))", "[2**60 + i for i in range(8)]"),
    ("Array.from({ length: 10 }, () => null)", "[null] * 10"),
    ("Array.from({ length: 10 }, () => [])", "[[] for _ in range(10)]"),
    ("Array.from({ length: 10 }, (_, i) => ({ i }))", "[{'i': i} for i in range(10)]"),
    ("Array.from({ length: 7 }, (_, i) => i / 7)", "[i / 7 for i in range(7)]"),
    ("[Array.from({ length: 7 }, (_, i) => i)]", "[tuple(range(7))]"),
    (
        "{ a: { b: { c: Array.from({ length: 50 }, (_, i) => i) } } }",
        "{'a': {'b': {'c': list(range(50))}}}",
    ),
    (
        "{ a: { b: Array.from({ length: 50 }, (_, i) => i * 1000) } }",
        "{'a': {'b': [i * 1000 for i in range(50)]}}",
    ),
)
calls(
    (
        "class L extends Array {} console.log(L.from([1, 2, 3]), new L())",
        "class L(list): pass\nconsole.log(L([1, 2, 3]), L())",
    ),
    (
        "class L extends Array {} console.log([[[[L.from([1])]]]], [[[L.from([1])]]])",
        "class L(list): pass\nconsole.log([[[[L([1])]]]], [[[L([1])]]])",
    ),
    (
        "class L extends Array {} const l = L.from([1, 2]); l.x = 'y'; console.log(l)",
        "class L(list): pass\nl = L([1, 2])\nl.x = 'y'\nconsole.log(l)",
    ),
    (
        "class P { constructor(x, y) { this.x = x; this.y = y } } console.log(new P(1, [2]))",
        "P = namedtuple('P', 'x y')\nconsole.log(P(1, [2]))",
    ),
)

# Objects
log(
    "{}",
    "{'a': 1}",
    "{'a': 1, 'b': 'two', 'c': [3], 'd': {'e': 4}}",
    "{'a b': 1, 'c-d': 2, '_e': 3, '$f': 4, 'é': 5, 'g1': 6}",
    "{'': 0}",
    "{\"it's\": 1, 'a\"b': 2, 'nl\\n': 3}",
    "{'a': {'b': {'c': {}}}}",
    "{'a': {'b': {'c': {'d': 1}}}}",
    "{'a': {'b': {'c': [1]}}}",
    "{'a': {'b': {'c': []}}}",
    "{'a': {'b': 1, 'c': {'d': 2}}, 'e': [1, [2, [3, [4]]]]}",
    "[{'a': 1}, {'b': {'c': {'d': {}}}}]",
    "{'constructor': 1, 'toString': 2}",
    "{'first': 'a string of some length', 'second': 'another string of it', 'third': 12}",
    "{'first': 'a string of some length', 'second': 'another string of it', 'third': 123456}",
    "{'aaaaaaaaaaaa': 1, 'bbbbbbbbbbbb': 2, 'cccccccccccc': 3, 'dddddddddddd': 4, 'eeeee': 5}",
    "{'a': {'b': {'c': 'd'}}, 'e': {'f': {'g': 'h'}}, 'i': {'j': {'k': 'l'}}, 'm': 1, 'n': 2}",
    "{'name': 'Ada', 'tags': ['a', 'b'], 'address': {'street': 'Long Lane', 'city': 'London'}}",
    "{'users': [{'name': 'Ada', 'age': 36}, {'name': 'Alan', 'age': 41}], 'total': 2}",
    "[{'name': 'Ada', 'age': 36, 'languages': ['en', 'fr']}, {'name': 'Alan', 'languages': []}]",
    "{'emoji \\ud83d\\ude00': '\\ud83d\\ude00', 'wide 日本': '日本'}",
    "{'x': 'a\\nb', 'y': {'z': 'c\\nd'}}",
)
pairs(
    ("{ ['__proto__']: 1 }", "{'__proto__': 1}"),
    ("Object.assign({}, { a: 1 })", "dict(a=1)"),
    (
        "Object.fromEntries(Array.from({ length: 30 }, (_, i) => ['key' + i, i]))",
        "{f'key{i}': i for i in range(30)}",
    ),
    (
        "Object.fromEntries(Array.from({ length: 120 }, (_, i) => ['k' + i, [i]]))",
        "{f'k{i}': [i] for i in range(120)}",
    ),
    ("{ a: 1, b: { c: 2 } }", "SimpleNamespace(a=1, b=SimpleNamespace(c=2))"),
    ("{}, [{}]", "SimpleNamespace(), [SimpleNamespace()]"),
)

# Maps and Sets
pairs(
    ("new Map([[1, 'one'], [2, 'two']])", "{1: 'one', 2: 'two'}"),
    ("new Map([[null, 1], [undefined, 2], [true, 3]])", "{null: 1, None: 2, True: 3}"),
    ("new Map([['a', 1], [2, 3]])", "{'a': 1, 2: 3}"),
    ("new Map([[[1, 2], { a: new Map([[1, 2]]) }]])", "{(1, 2): {'a': {1: 2}}}"),
    ("[[[new Map([[1, 2]])]]]", "[[[{1: 2}]]]"),
    ("[[[[new Map([[1, 2]])]]]]", "[[[[{1: 2}]]]]"),
    ("new Map([[0, 'zero']])", "{-0.0: 'zero'}"),
    ("new Map([[1.5, [1, 2, 3]]])", "{1.5: [1, 2, 3]}"),
    (
        "new Map(Array.from({ length: 101 }, (_, i) => [i, i]))",
        "{i: i for i in range(101)}",
    ),
    (
        "new Map(Array.from({ length: 9 }, (_, i) => [i, 'number ' + i]))",
        "{i: f'number {i}' for i in range(9)}",
    ),
    ("new Set()", "set()"),
    ("new Set([1])", "{1}"),
    ("new Set(['a'])", "frozenset({'a'})"),
    ("[new Set(), new Set([1])]", "[frozenset(), {1}]"),
    ("[[[[new Set([1])]]]]", "[[[[{1}]]]]"),
    ("[[[[new Set()]]]]", "[[[[set()]]]]"),
    ("new Set([0])", "{-0.0}"),
    ("new Set(Array.from({ length: 20 }, (_, i) => i))", "set(range(20))"),
    ("new Set(Array.from({ length: 150 }, (_, i) => i))", "set(range(150))"),
    ("new Set([[1, 2]])", "{(1, 2)}"),
    ("new Map([['a', 1]]).keys()", "{'a': 1}.keys()"),
    ("new Map([['a', 1]]).values()", "{'a': 1}.values()"),
    ("new Map([['a', 1], ['b', { c: 1 }]]).entries()", "{'a': 1, 'b': {'c': 1}}.items()"),
    ("new Map().keys()", "{}.keys()"),
    ("[[1][Symbol.iterator]()]", "[iter([1])]"),
    ("'a'[Symbol.iterator]()", "iter('a')"),
)
calls(
    (
        "class Q extends Map {} console.log(new Q([[1, 2]]), [[[[new Q([[1, 2]])]]]])",
        "class Q(dict): pass\nconsole.log(Q({1: 2}), [[[[Q({1: 2})]]]])",
    ),
    (
        "class S extends Set {} console.log(new S([1]), new S(), [[[[new S([1])]]]])",
        "class S(set): pass\nconsole.log(S([1]), S(), [[[[S([1])]]]])",
    ),
    (
        "class D {} const d = new D(); d.a = 1; console.log(d, [[[[d]]]])",
        "class D(dict): pass\nd = D(a=1)\nconsole.log(d, [[[[d]]]])",
    ),
)

# Cycles
calls(
    ("const a = {}; a.a = a; console.log(a)", "a = {}\na['a'] = a\nconsole.log(a)"),
    ("const a = [1]; a.push(a); console.log(a)", "a = [1]\na.append(a)\nconsole.log(a)"),
    (
        "const a = {}; const b = { a }; a.b = b; a.self = a; console.log(a); console.log([b])",
        "a = {}\nb = {'a': a}\na['b'] = b\na['self'] = a\nconsole.log(a)\nconsole.log([b])",
    ),
    (
        "const a = [[], []]; a[0].push(a[0]); a[1].push(a[1], a); console.log(a)",
        "a = [[], []]\na[0].append(a[0])\na[1] += [a[1], a]\nconsole.log(a)",
    ),
    (
        "const m = new Map(); m.set(1, m); console.log(m)",
        "m = {}\nm[1] = m\nconsole.log(m)",
    ),
    (
        "class A {} const a = new A(); a.me = a; a.list = [a]; console.log(a)",
        "class A: pass\na = A()\na.me = a\na.list = [a]\nconsole.log(a)",
    ),
    (
        "const e = error('E', 'x'); e.cause = e; console.log(e)",
        "class E(Exception): pass\ne = E('x')\ne.cause = e\nconsole.log(e)",
    ),
    (
        "const shared = { x: 1 }; console.log([shared, shared])",
        "shared = {'x': 1}\nconsole.log([shared, shared])",
    ),
    (
        "const a = {}; a.list = Array.from({ length: 8 }, () => a); console.log(a)",
        "a = {}\na['list'] = [a] * 8\nconsole.log(a)",
    ),
)

# Functions and classes
pairs(
    ("() => 1", "lambda: 1"),
    ("[() => 1, [() => 1]]", "[lambda: 1, [lambda: 1]]"),
    ("{ f() {} }", "{'f': f}"),
    ("[[[[function f() {}]]]]", "[[[[f]]]]"),
    ("function f() {}", "f"),
    ("async function af() {}", "af"),
    ("function* gf() {}", "gf"),
    ("async function* agf() {}", "agf"),
    ("[async function af() {}, function* gf() {}]", "[af, gf]"),
    ("(function f() {}).bind(null)", "partial(f)"),
    ("(() => 1).bind(null)", "partial(lambda: 1)"),
    ("(function* () {})()", "gf()"),
    ("(async function* () {})()", "agf()"),
    ("class A {}", "A"),
    ("[class A {}]", "[A]"),
)
calls(
    ("class A {} class B extends A {} console.log(B)", "class B(A): pass\nconsole.log(B)"),
    (
        "class A { static x = 1; static m() {} } console.log(A, [[[[A]]]])",
        "class A:\n  x = 1\n  def m(self): pass\nconsole.log(A, [[[[A]]]])",
    ),
    (
        "function f() {} f.a = 1; f.b = [2]; console.log(f, [[[[f]]]])",
        "def f(): pass\nf.a = 1\nf.b = [2]\nconsole.log(f, [[[[f]]]])",
    ),
    (
        "class A { m() {} } console.log(new A().m)",
        "class A:\n  def m(self): pass\nconsole.log(A().m)",
    ),
    ("function f() {} f.self = f; console.log(f)", "f.self = f\nconsole.log(f)"),
    (
        "async function af() {} af.x = 1; console.log(af, [[[[af]]]])",
        "af.x = 1\nconsole.log(af, [[[[af]]]])",
    ),
)

# Instances
calls(
    ("class A {} console.log(new A(), [new A()])", "console.log(A(), [A()])"),
    (
        "class A { constructor() { this.x = 1; this.y = 'two' } } console.log(new A())",
        "class A:\n  def __init__(self): self.x = 1; self.y = 'two'\nconsole.log(A())",
    ),
    (
        "class A { x = 1; #y = 2 } console.log(new A(), [[[[new A()]]]])",
        "class A:\n  def __init__(self): self.x = 1; self._y = 2\nconsole.log(A(), [[[[A()]]]])",
    ),
    (
        "class P { x = 1; y = { z: 2 } } class C extends P { w = 3 } console.log(new C())",
        "class P:\n  def __init__(self): self.x = 1; self.y = {'z': 2}\n"
        "class C(P):\n  def __init__(self): super().__init__(); self.w = 3\nconsole.log(C())",
    ),
    (
        "class P { x = 1; y = [2] } console.log(new P())",
        "@dataclass\nclass P:\n  x: int\n  y: list\nconsole.log(P(1, [2]))",
    ),
    (
        "class P { y = 1; x = 2 } console.log(new P())",
        "@dataclass(slots=True)\nclass P:\n  y: int\n  x: int\nconsole.log(P(1, 2))",
    ),
    (
        "class P { b = 1 } class C extends P { a = 2 } console.log(new C())",
        "class P:\n  __slots__ = ('b', 'unset')\nclass C(P):\n  __slots__ = 'a'\n"
        "c = C()\nc.a = 2\nc.b = 1\nconsole.log(c)",
    ),
    (
        "class A { get x() { return 1 } } console.log(new A())",
        "class A:\n  @property\n  def x(self): return 1\nconsole.log(A())",
    ),
    (
        "const i = Symbol.for('nodejs.util.inspect.custom');"
        "class A { [i]() { return 'A:\\nme' } }"
        "console.log(new A()); console.log({ a: [new A()] })",
        "class A:\n  def __repr__(self): return 'A:\\nme'\n"
        "console.log(A())\nconsole.log({'a': [A()]})",
    ),
    (
        "const i = Symbol.for('nodejs.util.inspect.custom');"
        "class A { x = 1; [i]() { return 'me' } } console.dir(new A()); console.log(new A())",
        "class A:\n  def __init__(self): self.x = 1\n  def __repr__(self): return 'me'\n"
        "console.dir(A())\nconsole.log(A())",
    ),
    (
        "class A { longerName = 'a string of some length';"
        " another = 'and one more string'; c = [] }"
        "console.log(new A())",
        "class A:\n  def __init__(self):\n    self.longerName = 'a string of some length'\n"
        "    self.another = 'and one more string'\n    self.c = []\nconsole.log(A())",
    ),
)

# Errors
pairs(
    ("error('ValueError', 'boom')", "ValueError('boom')"),
    ("[error('ValueError', 'boom')]", "[ValueError('boom')]"),
    ("error('TypeError', '')", "TypeError()"),
    ("{ e: error('Exception', 'x') }", "{'e': Exception('x')}"),
    ("[[[[error('E', 'x')]]]]", "[[[[E('x')]]]]"),
    ("error('Oops', 'not called an error')", "Oops('not called an error')"),
    ("error('E', 'two\\nlines')", "E('two\\nlines')"),
    ("{ a: { e: error('E', 'two\\nlines') } }", "{'a': {'e': E('two\\nlines')}}"),
    ("'failed:', error('E', 'x')", "'failed:', E('x')"),
    ("error('E', 'x', { code: 5 })", "with_(E('x'), code=5)"),
    (
        "error('E', 'x', { code: 5, info: { a: [1] } })",
        "with_(E('x'), code=5, info={'a': [1]})",
    ),
    ("[[[[error('E', 'x', { code: 5 })]]]]", "[[[[with_(E('x'), code=5)]]]]"),
    (
        "error('E', 'x', {}, { cause: error('F', 'y') })",
        "caused(E('x'), F('y'))",
    ),
    (
        "error('E', 'x', { code: 5 }, { cause: error('F', 'y', {}, { cause: error('E', 'z') }) })",
        "caused(with_(E('x'), code=5), caused(F('y'), E('z')))",
    ),
    (
        "error('ValueError', 'x', { name: 'RenamedError' })",
        "with_(ValueError('x'), name='RenamedError')",
    ),
    ("error('ValueError', 'x', { name: 'Renamed' })", "with_(ValueError('x'), name='Renamed')"),
    ("error('MyError', 'x', { name: 'Error' })", "with_(MyError('x'), name='Error')"),
    ("error('E', 'x', { message: 'other' })", "with_(E('other'), message='other')"),
    (
        "aggregate([error('E', 'a'), 1], 'several')",
        "AggregateError([E('a'), 1], 'several')",
    ),
    ("aggregate([], '')", "AggregateError()"),
    (
        "[aggregate([error('E', 'a')], 'several')]",
        "[AggregateError([E('a')], 'several')]",
    ),
    (
        "{ a: [1, error('E', 'a rather long message, so that the object needs several lines')] }",
        "{'a': [1, E('a rather long message, so that the object needs several lines')]}",
    ),
)

# Other values
pairs(
    ("Buffer.from('he')", "b'he'"),
    ("Buffer.from('')", "b''"),
    ("[Buffer.from('he')]", "[bytearray(b'he')]"),
    ("[[[[Buffer.from('he')]]]]", "[[[[memoryview(b'he')]]]]"),
    ("Buffer.alloc(50, 1)", "b'\\x01' * 50"),
    ("Buffer.alloc(51, 1)", "b'\\x01' * 51"),
    ("Buffer.alloc(60, 255)", "b'\\xff' * 60"),
    ("new Uint8Array([1, 2, 3])", "array('B', [1, 2, 3])"),
    ("new Float64Array([1.5, -0, NaN])", "array('d', [1.5, -0.0, math.nan])"),
    ("new BigInt64Array([1n, -2n])", "array('q', [1, -2])"),
    ("new Int32Array(120)", "array('i', [0] * 120)"),
    ("[[[[new Int16Array(1)]]]], new Int16Array(0)", "[[[[array('h', [0])]]]], array('h')"),
    ("new Date(0)", "datetime(1970, 1, 1, tzinfo=UTC)"),
    ("[new Date(1234567890123)]", "[datetime(2009, 2, 13, 23, 31, 30, 123000, UTC)]"),
    ("new Date('2020-01-02')", "date(2020, 1, 2)"),
    (
        "new Date('2020-06-01T12:00:00.5+02:00')",
        "datetime(2020, 6, 1, 12, 0, 0, 500000, timezone(timedelta(hours=2)))",
    ),
    ("/x/", "re.compile('x')"),
    ("[/a|b/ims]", "[re.compile('a|b', re.I | re.M | re.S)]"),
    ("new RegExp('a/b[/]\\\\/\\n')", "re.compile('a/b[/]\\\\/\\n')"),
    ("new RegExp('')", "re.compile('')"),
    ("[Object.create({}), {}]", "[object(), {}]"),
)

# Promises
pairs(
    ("new Promise(() => {})", "pending()"),
    ("Promise.resolve('it worked')", "fulfilled('it worked')"),
    ("rejected('it broke')", "rejected('it broke')"),
    ("rejected(error('E', 'x'))", "rejected(E('x'))"),
    ("Promise.resolve()", "fulfilled(None)"),
    ("[Promise.resolve(1)]", "[fulfilled(1)]"),
    ("[[[[Promise.resolve(1)]]]]", "[[[[fulfilled(1)]]]]"),
    ("Promise.resolve({ a: { b: { c: {} } } })", "fulfilled({'a': {'b': {'c': {}}}})"),
    ("Promise.resolve([[[[1]]]])", "fulfilled([[[[1]]]])"),
    (
        "Promise.resolve({ a: 'a string of some length', b: 'another string, not shorter', c: 1 })",
        "fulfilled({'a': 'a string of some length', 'b': 'another string, not shorter', 'c': 1})",
    ),
    ("Object.assign(Promise.resolve(1), { x: 2 })", "with_(fulfilled(1), x=2)"),
)
calls(
    (
        "class Q extends Promise {}"
        "console.log(Q.resolve(1), [new Q(() => {})], [[[[Q.resolve()]]]])",
        "class Q(Promise): pass\n"
        "console.log(fulfilled(1, Q), [pending(Q)], [[[[fulfilled(None, Q)]]]])",
    ),
)

# Objects of the runtime, by their hook
pairs(
    ("{ value: 1, done: false }", "Hook('', {'value': 1, 'done': False})"),
    (
        "[{ status: 'fulfilled', value: 1 }, { status: 'rejected', reason: error('E', 'x') }]",
        "[Hook('', {'status': 'fulfilled', 'value': 1}),"
        " Hook('', {'status': 'rejected', 'reason': E('x')})]",
    ),
    (
        "new EventTarget(), [new EventTarget()]",
        "Hook('EventTarget', {}, 'event'), [Hook('EventTarget', {}, 'event')]",
    ),
    (
        "[[[new EventTarget()]]], [[new EventTarget()]]",
        "[[[Hook('EventTarget', {}, 'event')]]], [[Hook('EventTarget', {}, 'event')]]",
    ),
    (
        "new AbortController().signal",
        "Hook('AbortSignal', {'aborted': False}, 'event')",
    ),
    (
        "[[new AbortController().signal]]",
        "[[Hook('AbortSignal', {'aborted': False}, 'event')]]",
    ),
    ("(function* () {})()", "Hook('Object [Generator]', {})"),
)
calls(
    (
        "const t = setTimeout(() => {}, 7); clearTimeout(t); t._idleStart = 0;"
        "const s = Object.getOwnPropertySymbols(t); for (const x of s) delete t[x];"
        "t[Symbol('refed')] = true; console.log(t, [{ t }])",
        "t = Hook('Timeout', {'_idleTimeout': -1, '_idlePrev': null, '_idleNext': null,"
        " '_idleStart': 0, '_onTimeout': null, '_timerArgs': None, '_repeat': null,"
        " '_destroyed': True, '[Symbol(refed)]': True}, 'timer')\nconsole.log(t, [{'t': t}])",
    ),
)

# Formats
log(
    "'%s', 'a'",
    "'%s is %d years and %i days', 'Ada', 36.5, 12.9",
    "'%s %s', 'one'",
    "'%s', 'a', 'b', 3",
    "'%d%%', 50",
    "'%%'",
    "'%% %s'",
    "'%% %s', 1",
    "'%%%s%%', 1",
    "'100%', 1",
    "'%', 1",
    "'%x', 1",
    "'%c styled', 'color: red'",
    "'%s', [1, [2], {'a': 1}]",
    "'%s', {'a': {'b': 1}}",
    "'%s|%s|%s', 1e21, -0.0, 0.5",
    "'%d|%d|%d|%d', '42', '0x10', ' 7 ', 'x'",
    "'%d|%d|%d', '', [], [5]",
    "'%d|%d', {'a': 1}, [1, 2]",
    "'%d|%d|%d', '1e3', '.5', '-0'",
    "'%i|%i|%i', '12.5px', -0.5, 1e21",
    "'%i|%i', '0x1f', 'z'",
    "'%f|%f|%f', '1.50kg', '.5e1x', 'z'",
    "'%j', {'a': [1, 'x', {'b': 'é'}]}",
    "'%j', 'q\"\\u2028\\u0001\\x7f'",
    "'%j', '\\ud800 \\ud83d\\ude00'",
    "'%j|%j|%j', 1.0, -0.0, 1e21",
    "'%o', {'a': {'b': {'c': {'d': {'e': 1}}}}}",
    "'%o', [1, [2, 'x']]",
    "'%o', 'text'",
    "'%o', []",
    "'%O', {'a': {'b': {'c': {'d': 1}}}}",
    "'%O and %O', 'text', 5",
    "'a', '%s', 'b'",
    "1, '%s', 'b'",
    "'%s\\n%s', 'a', 'b'",
    "['%s'], 'a'",
)
pairs(
    ("'%s|%s|%s|%s', undefined, null, true, 2n ** 64n", "'%s|%s|%s|%s', None, null, True, 2**64"),
    ("'%d|%d|%d|%d', undefined, null, true, 2n ** 64n", "'%d|%d|%d|%d', None, null, True, 2**64"),
    ("'%i|%i|%i', undefined, null, 2n ** 64n", "'%i|%i|%i', None, null, 2**64"),
    ("'%f|%f', undefined, 2n ** 64n", "'%f|%f', None, 2**64"),
    ("'%d|%d', Infinity, 'Infinity'", "'%d|%d', math.inf, 'Infinity'"),
    ("'%d', new Date(5)", "'%d', datetime(1970, 1, 1, 0, 0, 0, 5000, UTC)"),
    ("'%i|%f', '9'.repeat(400), '9'.repeat(400)", "'%i|%f', '9' * 400, '9' * 400"),
    ("'%j|%j|%j', undefined, null, () => 1", "'%j|%j|%j', None, null, lambda: 1"),
    (
        "'%j', [undefined, () => 1, NaN, new Map([[1, 2]]), new Set([1]), { u: undefined }]",
        "'%j', [None, lambda: 1, math.nan, {1: 2}, {1}, {'u': None}]",
    ),
    (
        "'%j', [Buffer.from('hi'), new Date(0), /x/, error('E', 'x', { code: 1 })]",
        "'%j', [b'hi', datetime(1970, 1, 1, tzinfo=UTC), re.compile('x'), with_(E('x'), code=1)]",
    ),
    ("'%s', Buffer.from('hi')", "'%s', b'hi'"),
    ("'%s', new Date(0)", "'%s', datetime(1970, 1, 1, tzinfo=UTC)"),
    ("'%s|%s', error('E', 'x'), /x/i", "'%s|%s', E('x'), re.compile('x', re.I)"),
    ("'%s|%s', new Map([[1, { a: 1 }]]), new Set([1])", "'%s|%s', {1: {'a': 1}}, {1}"),
    ("'%s', Promise.resolve(4)", "'%s', fulfilled(4)"),
    ("'%s', Math.max", "'%s', max"),
    ("'%s', { a: class A {} }", "'%s', {'a': A}"),
    ("'%o', new Map([[1, [2]]])", "'%o', {1: [2]}"),
    ("'%o', (a) => 1", "'%o', lambda a: 1"),
    ("'%o', function f(a, b) {}", "'%o', f2"),
    ("'%o', async function af() {}", "'%o', af"),
    ("'%o', function* gf() {}", "'%o', gf"),
    ("'%o', async function* agf() {}", "'%o', agf"),
    ("'%o', error('E', 'x').message", "'%o', 'x'"),
    ("'%o', new Error('x').message", "'%o', str(E('x'))"),
    ("'%o', aggregate([1], 'm')", "'%o', AggregateError([1], 'm')"),
    ("'%o', /x/", "'%o', re.compile('x')"),
    ("'%o', Buffer.from('hi')", "'%o', b'hi'"),
    ("'%o', new Uint8Array([1, 2])", "'%o', array('B', [1, 2])"),
    ("'%o', Promise.resolve([1])", "'%o', fulfilled([1])"),
)
calls(
    (
        "class A { toString() { return 'hey' } } console.log('%s %s', new A(), [new A()])",
        "class A:\n  def __str__(self): return 'hey'\nconsole.log('%s %s', A(), [A()])",
    ),
    ("const a = {}; a.a = a; console.log('%j', a)", "a = {}\na['a'] = a\nconsole.log('%j', a)"),
    (
        "class A { static x = 1; m(a) {} get g() { return 1 } } console.log('%o', A)",
        "class A:\n  x = 1\n  def m(self, a): pass\n  @property\n  def g(self): return 1\n"
        "console.log('%o', A)",
    ),
    (
        "class A { x = 1; get g() { return 1 } set g(v) {} } console.log('%o', new A())",
        "class A:\n  def __init__(self): self.x = 1\n  @property\n  def g(self): return 1\n"
        "  @g.setter\n  def g(self, v): pass\nconsole.log('%o', A())",
    ),
)

# dir
same(
    "console.dir('text')",
    "console.dir({'a': {'b': {'c': {'d': {}}}}}, {'depth': 0})",
    "console.dir({'a': {'b': {'c': {'d': {}}}}}, {'depth': 5})",
    "console.dir([1, 'a', {'b': 2}], {'colors': 1})",
    "console.dir([1, 2, 3, 4, 5], {'maxArrayLength': 2})",
    "console.dir(['abcdef'], {'maxStringLength': 3})",
    "console.dir([1, 2, 3, 4, 5, 6, 7, 8], {'colors': 1})",
    "console.dir({'a': [1, 2, 3], 'b': 'some text'}, {'breakLength': 20})",
    "console.dir({'a': 1}, {'unknownOption': 3})",
    "console.dir('%s', {})",
)
calls(
    (
        "console.dir([[[[[[[[1]]]]]]]], { depth: null })",
        "console.dir([[[[[[[[1]]]]]]]], {'depth': null})",
    ),
    (
        "console.dir([[[[[[[[1]]]]]]]], { depth: Infinity })",
        "console.dir([[[[[[[[1]]]]]]]], depth=math.inf)",
    ),
    (
        "console.dir([undefined, null, true, 2n ** 64n, 'k', /x/, new Date(0), () => 1, class A {},"
        " Promise.resolve(1), new Map([[1, 1]]), [[[]]], [[[[1]]]], { 'a b': 1 }],"
        " { colors: true })",
        "console.dir([None, null, True, 2**64, 'k', re.compile('x'),"
        " datetime(1970, 1, 1, tzinfo=UTC), lambda: 1, A, fulfilled(1), {1: 1}, [[[]]], [[[[1]]]],"
        " {'a b': 1}], colors=True)",
    ),
    ("console.dir(Buffer.from('hi'))", "console.dir(b'hi')"),
    (
        "console.dir([rejected(1), new Promise(() => {})], { colors: true })",
        "console.dir([rejected(1), pending()], {'colors': True})",
    ),
    (
        "const a = {}; a.a = a; console.dir(a, { colors: true })",
        "a = {}\na['a'] = a\nconsole.dir(a, colors=True)",
    ),
)

# Where the lines break, width by width, and how many columns a length gives
log(*(f"['{'x' * width}', 1]" for width in range(58, 74)))
log(*(f"{{'key': '{'x' * width}'}}" for width in range(58, 74)))
log(*(f"[{{'key': ['{'x' * width}', {{}}]}}]" for width in range(46, 62)))
log(*(f"{list(range(length))}" for length in range(8, 60, 3)))
log(*(f"{['ab' * (i % 3) for i in range(length)]}" for length in range(8, 60, 5)))
log(*(f"{[10 ** (i % 9) for i in range(length)]}" for length in range(7, 40, 2)))
same(
    *(f"console.dir(['ab\\n{'x' * width}'], {{'breakLength': 20}})" for width in range(10, 18)),
)
log(*(f"['a\\n{'x' * width}']" for width in range(68, 76)))

# Tables
same(
    "console.table([])",
    "console.table({})",
    "console.table(5)",
    "console.table('text')",
    "console.table([1, 'a', [2]])",
    "console.table([[1, 2], [3, 4, 5]])",
    "console.table([{'a': 1, 'b': 'x'}, {'a': 2, 'c': [1, 2, 3, 4]}])",
    "console.table([{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}], ['b'])",
    "console.table([{'a': 1}, 5, 'x'], ['a', 'nope'])",
    "console.table([{'a': 1}, 5, [6, 7], 'x'])",
    "console.table({'row': {'x': 1}, 'other': {'y': 2}})",
    "console.table({'a': 1, 'b': 'two'})",
    "console.table([{'a': {'b': {'c': 1}}, 'd': {'e': 1, 'f': 2, 'g': 3}}])",
    "console.table([{'wide': '日本語'}, {'wide': 'é'}, {'wide': '\\ud83d\\ude00 smile'}])",
    "console.table([['text that is long', 'a\\nb']])",
    "console.table([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])",
    "console.table([[[1, 2, 3, 4, 5, 6]]])",
    "console.table([{}, {}])",
    "console.table([[]])",
    "console.table([{'name': 'Ada'}], [])",
)
calls(
    ("console.table(undefined)", "console.table(None)"),
    ("console.table(null)", "console.table(null)"),
    ("console.table()", "console.table()"),
    ("console.table(() => 1)", "console.table(lambda: 1)"),
    ("console.table([null, undefined, true])", "console.table([null, None, True])"),
    ("console.table(new Map([[1, { a: 1 }], [2, 'x']]))", "console.table({1: {'a': 1}, 2: 'x'})"),
    ("console.table(new Map([['k', 1]]).entries())", "console.table({'k': 1}.items())"),
    ("console.table(new Map([['k', 1]]).keys())", "console.table({'k': 1}.keys())"),
    ("console.table(new Set([1]))", "console.table({1})"),
    ("console.table([new Map([[1, 2]]), new Set([1])])", "console.table([{1: 2}, {1}])"),
    (
        "class P { x = 1; y = 'two' } console.table([new P(), new P()])",
        "class P:\n  def __init__(self): self.x = 1; self.y = 'two'\nconsole.table([P(), P()])",
    ),
    ("console.table([() => 1, class A {}])", "console.table([lambda: 1, A])"),
    ("console.table({ f: { g: function f() {} } })", "console.table({'f': {'g': f}})"),
    ("console.table(Buffer.from('hi'))", "console.table(b'hi')"),
    ("console.table([Buffer.from('hi')])", "console.table([b'hi'])"),
    ("console.table([error('E', 'x', { code: 1 })])", "console.table([with_(E('x'), code=1)])"),
    ("console.table([new Date(0)])", "console.table([datetime(1970, 1, 1, tzinfo=UTC)])"),
    ("console.table([Promise.resolve(1)])", "console.table([fulfilled(1)])"),
    ("console.table([{ a: Promise.resolve(1) }])", "console.table([{'a': fulfilled(1)}])"),
)

# Groups, streams, counters, assertions
same(
    "console.log()",
    "console.log('')",
    "console.info('i'); console.debug('d'); console.warn('w'); console.error('e')",
    "console.dirxml({'a': 1}, [2])",
    "console.error('%s failed', 'it')",
    "console.group('title'); console.log('in'); console.groupEnd(); console.log('out')",
    "console.group(); console.log('a\\nb'); console.warn([1]); console.groupEnd()",
    "console.group('a'); console.group('b', 2); console.log('c'); console.groupEnd(); "
    "console.log('d'); console.groupEnd(); console.groupEnd(); console.log('e')",
    "console.groupCollapsed('%d', 5); console.table([1]); console.groupEnd()",
    "console.group('g'); console.log(''); console.log(); console.groupEnd()",
    "console.group('g'); console.log({'long enough to be broken': 'into several lines', 'by its': "
    "'sheer length', 'and': 1}); console.groupEnd()",
    "console.count(); console.count(); console.count('x'); console.countReset(); console.count()",
    "console.count('default'); console.count()",
    "console.count(5); console.count('5')",
    "console.count([1, [2, 3]])",
    "console.count('%s')",
)
calls(
    ("console.count(undefined); console.count(null)", "console.count(None); console.count(null)"),
    ("console.count({})", "console.count({})"),
    ("console.assert(true, 'no')", "console.assert_(True, 'no')"),
    ("console.assert(false)", "console.assert_(False)"),
    ("console.assert()", "console.assert_()"),
    ("console.assert(false, 'x %s', 5)", "console.assert_(False, 'x %s', 5)"),
    ("console.assert(false, 'x', [1, 2])", "getattr(console, 'assert')(False, 'x', [1, 2])"),
    ("console.assert(0, { a: 1 })", "console.assert_(0, {'a': 1})"),
    ("console.assert(0, [1, [2, null]], 3)", "console.assert_(0, [1, [2, null]], 3)"),
    ("console.assert(0, undefined)", "console.assert_(0, None)"),
    ("console.assert(0, new Map([[1, 2]]))", "console.assert_(0, {1: 2})"),
    ("console.assert(0, error('E', 'x'), 5)", "console.assert_(0, E('x'), 5)"),
    ("console.assert(0, 1e21, -0)", "console.assert_(0, 1e21, -0.0)"),
)

# Durations, in milliseconds
DURATIONS = """
    0.0 0.0004 0.0005 0.0625 0.1875 1.5 12.3456 999.9994 999.9999 1000.0 1500.0 2000.0625 59999.4
    59999.9 60000.0 125250.0 3599999.9 3600000.0 3661001.0 36000000.0 90061001.5
"""
pairs(*((f"formatTime({ms})", f"duration_text({ms})") for ms in DURATIONS.split()))
