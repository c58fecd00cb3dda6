/** Functions that exported Python brings with it; only those that are used are written. */

/** Name → text of the function and the names of those it calls. */
export const pythonRuntime: ReadonlyMap<string, { readonly text: string; readonly needs?: readonly string[] }> = new Map([
  ['cell', { text: `def cell(row, column):
    """The cell of a column; an error where the row does not have it."""
    if column not in row:
        raise KeyError('The row has no column "%s".' % column)
    return row[column]` }],
  ['spelled', { text: `NUMBER = re.compile(r"\\s*[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?\\s*")


def spelled(text):
    """The number that a text spells, else nan."""
    return float(text) if NUMBER.fullmatch(text) else nan` }],
  ['number_cell', { needs: ['cell', 'spelled'], text: `def number_cell(row, column):
    """The cell as a finite number; nan where it is none."""
    value = cell(row, column)
    if value is None or isinstance(value, bool):
        return nan
    try:
        number = spelled(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        return nan
    return number if math.isfinite(number) else nan` }],
  ['respelled', { needs: ['cell'], text: `def respelled(row, column, rules, style):
    """The cell in place of the row; a text that is written as in the training file becomes a plain number or an ISO date."""
    value = cell(row, column)
    if isinstance(value, str):
        value = value.strip()
        for pattern, by in rules:
            value = pattern.sub(by, value, count=1)
        if style is not None and style[0].search(value):
            value = value.replace(style[1] or " ", "").replace(style[2], ".", 1)
    return {column: value}` }],
  ['date_cell', { needs: ['cell'], text: `DATE = re.compile(
    r"\\s*([0-9]{4})([-/.])([0-9]{1,2})\\2([0-9]{1,2})(?:[T\\s]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"\\s*(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?\\s*")
EPOCH = datetime.datetime(1970, 1, 1)


def date_cell(row, column):
    """The cell in milliseconds since 1970 (UTC): a date, a datetime, milliseconds, or a text such as 2026-01-31T13:45:00Z."""
    value = cell(row, column)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return (value - EPOCH) / datetime.timedelta(milliseconds=1)
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()) / datetime.timedelta(milliseconds=1)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else nan
    match = DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return nan
    try:
        days = (datetime.date(int(match[1]), int(match[3]), int(match[4])) - EPOCH.date()).days
    except ValueError:
        return nan
    zone = match[9] or ""
    offset = 0
    if zone[:1] in ("+", "-"):
        offset = int(zone[1:3]) * 60 + (int(zone[-2:]) if len(zone) > 3 else 0)
        offset = -offset if zone[0] == "-" else offset
    minutes = int(match[5] or 0) * 60 + int(match[6] or 0) - offset
    return days * 86400000.0 + (minutes * 60 + int(match[7] or 0)) * 1000.0 + math.floor(float("0." + (match[8] or "0")) * 1000.0 + 0.5)` }],
  ['text_cell', { needs: ['cell'], text: `def text_cell(row, column, missing):
    """The cell as text without blanks around it; None where it is missing."""
    value = cell(row, column)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = int(value) if value == math.floor(value) and abs(value) < 1e21 else value
    text = str(value).strip()
    return None if text in missing else text` }],
  ['by_number', { text: `def by_number(value, numbers):
    """The code of a number, also where it differs from a level in the last digits only."""
    if math.isnan(value):
        return None
    code = numbers.get(value)
    return numbers.get(float("%.15g" % value)) if code is None else code` }],
  ['lookup', { needs: ['spelled', 'by_number'], text: `def lookup(text, levels):
    """The code of a level."""
    texts, numbers, words, missing, unknown = levels
    if text is None:
        return missing
    code = texts.get(text)
    if code is None:
        code = by_number(spelled(text), numbers)
    if code is None:
        code = words.get(text.lower())
    return unknown if code is None else code` }],
  ['number_lookup', { needs: ['by_number'], text: `def number_lookup(value, levels):
    """The code of a number that is a level."""
    _, numbers, _, missing, unknown = levels
    if math.isnan(value):
        return missing
    code = by_number(value, numbers)
    return unknown if code is None else code` }],
  ['text_test', { needs: ['spelled'], text: `def text_test(text, texts, numbers):
    """1 where the text is one of those, 0 where not, nan where it is missing."""
    if text is None:
        return nan
    return 1.0 if text in texts or spelled(text) in numbers else 0.0` }],
  ['text_number', { needs: ['spelled'], text: `def text_number(text):
    return nan if text is None else spelled(text)` }],
  ['same_text', { text: `def same_text(a, b):
    return nan if a is None or b is None else 1.0 if a == b else 0.0` }],
  ['bin_of', { text: `def bin_of(value, cuts):
    """0 for nan, else 1 + the number of cuts at or below the value."""
    return 0 if math.isnan(value) else 1 + bisect.bisect_right(cuts, value)` }],
  ['pick', { text: `def pick(code, values):
    return nan if math.isnan(code) else values[int(code)]` }],
  ['is_missing', { text: `def is_missing(x):
    return 1.0 if math.isnan(x) else 0.0` }],
  ['coalesce', { text: `def coalesce(x, otherwise):
    return otherwise if math.isnan(x) else x` }],
  ['truth', { text: `def truth(holds, a, b):
    """1 or 0; nan where one of the numbers is nan."""
    return nan if math.isnan(a) or math.isnan(b) else 1.0 if holds else 0.0` }],
  ['both', { text: `def both(a, b):
    return 0.0 if a == 0 or b == 0 else nan if math.isnan(a) or math.isnan(b) else 1.0` }],
  ['either', { text: `def either(a, b):
    if (a != 0 and not math.isnan(a)) or (b != 0 and not math.isnan(b)):
        return 1.0
    return nan if math.isnan(a) or math.isnan(b) else 0.0` }],
  ['negation', { text: `def negation(x):
    return nan if math.isnan(x) else 1.0 if x == 0 else 0.0` }],
  ['choose', { text: `def choose(test, yes, no):
    return nan if math.isnan(test) else yes if test != 0 else no` }],
  ['least', { text: `def least(a, b):
    return nan if math.isnan(a) or math.isnan(b) else min(a, b)` }],
  ['most', { text: `def most(a, b):
    return nan if math.isnan(a) or math.isnan(b) else max(a, b)` }],
  ['divide', { text: `def divide(a, b):
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)` }],
  ['power', { text: `def power(a, b):
    try:
        value = float(a) ** b
        return nan if isinstance(value, complex) else value
    except ZeroDivisionError:
        return -math.inf if math.copysign(1.0, a) < 0 and b % 2 == 1 else math.inf
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf` }],
  ['exp', { text: `def exp(x):
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf` }],
  ['logarithm', { text: `def logarithm(log, x, zero=0.0):
    """A logarithm as IEEE arithmetic has it: -inf at its pole, nan below."""
    return -math.inf if x == zero else log(x) if x > zero else nan` }],
  ['of', { text: `def of(function, *x):
    """The function of numbers, nan where it has no value, inf where it is too large."""
    try:
        return float(function(*x))
    except ValueError:
        return nan
    except OverflowError:
        return math.copysign(math.inf, x[0]) if function is math.sinh else math.inf` }],
  ['rounding', { text: `def rounding(function, x):
    return float(function(x)) if math.isfinite(x) else x` }],
  ['sign', { text: `def sign(x):
    return x if x == 0 or math.isnan(x) else math.copysign(1.0, x)` }],
  ['atanh', { text: `def atanh(x):
    return math.copysign(math.inf, x) if abs(x) == 1 else math.atanh(x) if abs(x) < 1 else nan` }],
  ['linear', { text: `def linear(x, weight, bias):
    """x · weight + bias; the weights inputs × outputs."""
    n = len(bias)
    out = list(bias)
    for i, value in enumerate(x):
        if value != 0.0:
            start = i * n
            for j in range(n):
                out[j] += value * weight[start + j]
    return out` }],
  ['relu', { text: `def relu(x):
    return 0.0 if x < 0 else x` }],
  ['sigmoid', { needs: ['exp'], text: `def sigmoid(x):
    return 1.0 / (1.0 + exp(-x))` }],
  ['gelu', { needs: ['sigmoid'], text: `def gelu(x):
    return x * sigmoid(2.0 * math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x))` }],
  ['dense', { needs: ['linear'], text: `def dense(inputs, layers, activate):
    if any(math.isnan(x) for x in inputs):
        return [nan] * len(layers[-1][1])
    x = inputs
    for l, (weight, bias) in enumerate(layers):
        x = linear(x, weight, bias)
        if l < len(layers) - 1:
            x = [activate(value) for value in x]
    return x` }],
  ['attend', { needs: ['linear', 'relu'], text: `def layer_norm(x, scale, shift):
    mean = sum(x) / len(x)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in x) / len(x) + 1e-5)
    return [(v - mean) / deviation * s + b for v, s, b in zip(x, scale, shift)]


def mix(network, question, keys, values):
    """What a token takes from all tokens: the values weighted by the softmax of question · key, head by head."""
    size = network["width"] // network["heads"]
    out = []
    for h in range(network["heads"]):
        part = slice(h * size, (h + 1) * size)
        scores = [0.0 if network["uniform"] else sum(q * k for q, k in zip(question[part], key[part])) / math.sqrt(size) for key in keys]
        most = max(scores)
        powers = [math.exp(s - most) for s in scores]
        total = sum(powers)
        for j in range(h * size, (h + 1) * size):
            out.append(sum(p / total * value[j] for p, value in zip(powers, values)))
    return out


def attend(inputs, network):
    """One token a feature, [CLS] first; the last block asks for [CLS] alone."""
    p, width, layers = network["parameters"], network["width"], network["layers"]
    if any(math.isnan(x) for x in inputs):
        return [nan] * len(p["head.bias"])
    bias, embedding = p["tokens.bias"], p["tokens.weight"]
    h = [list(p["cls"])] + [list(bias[t:t + width]) for t in range(0, len(bias), width)]
    for c, x in enumerate(inputs):
        token = h[network["tokenOf"][c] + 1]
        for j in range(width):
            token[j] += x * embedding[c * width + j]
    for l in range(layers):
        def project(name, x):
            return linear(x, p["block%d.%s.weight" % (l, name)], p["block%d.%s.bias" % (l, name)])

        def norm(name, x):
            return layer_norm(x, p["block%d.%s.scale" % (l, name)], p["block%d.%s.shift" % (l, name)])

        z = h if l == 0 else [norm("attentionNorm", x) for x in h]
        keys = [project("key", x) for x in z]
        values = [project("value", x) for x in z]
        after = []
        for t in range(1 if l == layers - 1 else len(h)):
            mixed = project("output", mix(network, project("query", z[t]), keys, values))
            total = [a + b for a, b in zip(h[t], mixed)]
            forward = project("forward2", [relu(v) for v in project("forward1", norm("forwardNorm", total))])
            after.append([a + b for a, b in zip(total, forward)])
        h = after
    last = [relu(v) for v in layer_norm(h[0], p["headNorm.scale"], p["headNorm.shift"])]
    return linear(last, p["head.weight"], p["head.bias"])` }],
]);
