import { describe, expect, it } from 'vitest';
import { parseFormula } from '../../../src/engine/data/formula/formula';
import { makeName } from '../../../src/engine/data/formula/names';
import { UserError } from '../../../src/protocol/errors';

const columns = ['y', 'a', 'b', 'c', 'd', 'x', 'education-num', 'sepal length (cm)', '__proto__', 'num'];

/** Term labels as R's attr(terms(…), "term.labels") gives them. */
function labels(text: string, names: readonly string[] = columns, dot?: readonly string[]): string[] {
  const formula = parseFormula(text, names, dot);
  return formula.terms.map(term => term.map(v => formula.variables[v].label).join(':'));
}

function fault(text: string, names: readonly string[] = columns): string {
  try {
    parseFormula(text, names);
  } catch (error) {
    if (UserError.is(error, 'badFormula')) return error.message;
    throw error;
  }
  throw new Error('no fault');
}

describe('a formula expands into terms as in R', () => {
  // Expected labels: attr(terms(formula), "term.labels") of R 4.2.
  const cases: readonly [string, readonly string[]][] = [
    ['y ~ a + b', ['a', 'b']],
    ['y ~ a * b', ['a', 'b', 'a:b']],
    ['y ~ a:b + c', ['c', 'a:b']],
    ['y ~ b:a + a', ['a', 'b:a']],
    ['y ~ (a + b + c)^2', ['a', 'b', 'c', 'a:b', 'a:c', 'b:c']],
    ['y ~ (a + b + c)**2', ['a', 'b', 'c', 'a:b', 'a:c', 'b:c']],
    ['y ~ (a + b)^3', ['a', 'b', 'a:b']],
    ['y ~ a * b * c - a:b:c', ['a', 'b', 'c', 'a:b', 'a:c', 'b:c']],
    ['y ~ a / b', ['a', 'a:b']],
    ['y ~ (a + b) / c', ['a', 'b', 'a:b:c']],
    ['y ~ a + b %in% a', ['a', 'a:b']],
    ['y ~ a + a + a:a', ['a']],
    ['y ~ a^2', ['a']],
    ['y ~ log(a) + I(b^2) + sqrt(c)', ['log(a)', 'I(b^2)', 'sqrt(c)']],
    ['y ~ I(a*b)+I( a / b )+I(-a)', ['I(a * b)', 'I(a/b)', 'I(-a)']],
    ['y ~ poly(x,2) + factor(a)', ['poly(x, 2)', 'factor(a)']],
    ['y ~ poly(x, degree=2, raw=TRUE)', ['poly(x, degree = 2, raw = TRUE)']],
    ['y ~ (a > 2) + b', ['a > 2', 'b']],
    ['y ~ log(a):b*c', ['c', 'log(a):b', 'log(a):b:c']],
    ['y ~ 1', []],
    ['y ~ a * b - a', ['b', 'a:b']],
  ];
  for (const [text, expected] of cases) it(text, () => expect(labels(text)).toEqual(expected));

  it('"." is every column but those of the left-hand side', () => {
    expect(labels('y ~ .', ['y', 'a', 'b'])).toEqual(['a', 'b']);
    expect(labels('log(y) ~ . - a', ['y', 'a', 'b'])).toEqual(['b']);
    expect(labels('y ~ .^2', ['a', 'y', 'b'])).toEqual(['a', 'b', 'a:b']);
    expect(labels('y ~ . + a:b', ['y', 'a', 'b', 'id'], ['a', 'b'])).toEqual(['a', 'b', 'a:b']);
  });

  it('knows the ways to leave the intercept out', () => {
    for (const text of ['y ~ 0 + a', 'y ~ a - 1', 'y ~ a + 0', 'y ~ -1 + a']) expect(parseFormula(text, columns).intercept).toBe(false);
    for (const text of ['y ~ a', 'y ~ 1 + a', 'y ~ a - 1 + 1', 'y ~ 0 + a + 1']) expect(parseFormula(text, columns).intercept).toBe(true);
  });

  it('prints constants as R does', () => {
    expect(labels('y ~ I(a * 100000) + I(a / 0.00001) + I(a + 1e3)')).toEqual(['I(a * 1e+05)', 'I(a/1e-05)', 'I(a + 1000)']);
  });

  it('leaves the left-hand side out of the right one, as R does', () => {
    expect(labels('y ~ a + y')).toEqual(['a']);
    expect(parseFormula('log(y) ~ a + log(y)', columns).notes).toHaveLength(1);
  });

  it('forgets columns that only occur in terms taken out', () => {
    expect(parseFormula('y ~ a + b - b', columns).columns).toEqual(['a']);
  });
});

describe('names in a formula', () => {
  it('are resolved exactly first, then in the form of make.names', () => {
    expect(makeName('education-num')).toBe('education.num');
    expect(makeName('sepal length (cm)')).toBe('sepal.length..cm.');
    expect(makeName('1st')).toBe('X1st');
    const formula = parseFormula('y ~ education.num + sepal.length..cm.', columns);
    expect(formula.columns).toEqual(['education-num', 'sepal length (cm)']);
    expect(formula.variables.map(v => v.label)).toEqual(['education.num', 'sepal.length..cm.']);
    expect(parseFormula('y ~ a.b', ['y', 'a.b', 'a b']).columns).toEqual(['a.b']);
  });

  it('may stand in backquotes or in Q(), and may be __proto__', () => {
    expect(labels('y ~ `education-num` + Q("sepal length (cm)") + __proto__')).toEqual(['`education-num`', 'Q("sepal length (cm)")', '__proto__']);
    expect(parseFormula('y ~ `__proto__`', columns).columns).toEqual(['__proto__']);
  });

  it('that could mean two columns are refused', () => {
    expect(fault('y ~ a.b', ['y', 'a b', 'a-b'])).toContain('"a b", "a-b"');
  });
});

describe('a fault in a formula is said with its place', () => {
  it('names the unknown column and the nearest ones that exist', () => {
    const message = fault('y ~ educaton-num');
    expect(message).toContain('no column "educaton"');
    expect(message.indexOf('education-num')).toBeGreaterThan(0);
    expect(message).toContain('position 5');
  });

  const cases: readonly [string, string][] = [
    ['y ~ a +', 'at its end'], ['y ~ (a + b', 'never closed'], ['y ~ a b', '"b" was not expected here'], ['~ a', 'missing before "~"'],
    ['a + b', 'has the form'], ['y ~ a ~ b', 'one "~"'], ['y ~ "a', 'never closed'], ['y ~ a + 2', '2 is not a term'],
    ['y ~ a^0.5', 'whole number'], ['y ~ a @ b', '"@"'], ['1 ~ a', 'names no column'], ['y ~ offset(a)', 'offset'], ['y ~ log(2)', 'reads no column'],
    ['', 'still missing'], [`y ~ ${'('.repeat(5000)}`, 'nested too deeply'],
  ];
  for (const [text, part] of cases) it(`${text.slice(0, 30)} → ${part}`, () => expect(fault(text)).toContain(part));
});
