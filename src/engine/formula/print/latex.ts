// A formula in LaTeX, for KaTeX and papers: fractions, roots, Greek letters by name, other names upright and escaped.
import type { Expression, FunctionName } from '../expression';
import { layout, type Layout } from './layout';
import { numerals, type Digits, type Numeral } from './numerals';

const greek = new Set(('alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega '
  + 'Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega').split(' '));

export function formulaLatex(of: Expression, names: readonly string[], digits: Digits = {}): string {
  return new Printer(names.map(nameLatex), numerals(of, digits)).write(layout(of));
}

/** A column's name: x_{1}, \theta, or upright text with every mark of LaTeX escaped. */
export function nameLatex(name: string): string {
  const [, letters, index] = /^([A-Za-z]+?)_?(\d+|[A-Za-z])?$/.exec(name) ?? [];
  if (letters && (index === undefined || letters.length === 1 || greek.has(letters) || /\d/.test(index))) {
    const stem = wordLatex(letters);
    return index === undefined ? stem : name.includes('_') || /\d/.test(index) ? `${stem}_{${index}}` : wordLatex(name);
  }
  return wordLatex(name);
}

function wordLatex(word: string): string {
  if (greek.has(word)) return `\\${word}`;
  if (/^[A-Za-z]$/.test(word)) return word;
  return /^[A-Za-z]+$/.test(word) ? `\\mathrm{${word}}` : `\\text{${escaped(word)}}`;
}

const marks: Readonly<Record<string, string>> = { '\\': '\\textbackslash{}', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}', '`': "'", '<': '\\textless{}', '>': '\\textgreater{}' };

function escaped(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').replace(/[#$%&_{}]/g, '\\$&').replace(/\\(?![#$%&_{}])|[\^~`<>]/g, mark => marks[mark]!);
}

const functionNames: Readonly<Partial<Record<FunctionName, string>>> = { log: '\\ln', asin: '\\arcsin', acos: '\\arccos', atan: '\\arctan' };

class Printer {
  constructor(private readonly names: readonly string[], private readonly numeral: Numeral) {}

  write(of: Layout): string {
    switch (of.kind) {
      case 'number':
        return this.number(of);
      case 'variable':
        return this.names[of.index]!;
      case 'sum':
        return of.terms.map(({ negative, of: term }, k) => (k ? (negative ? ' - ' : ' + ') : negative ? '-' : '') + this.factor(term)).join('');
      case 'negative':
        return `-${this.factor(of.of)}`;
      case 'product':
        return this.product(of);
      case 'power':
        return `${this.base(of.base)}^{${this.write(of.exponent)}}`;
      case 'root':
        return `\\sqrt{${this.write(of.of)}}`;
      case 'call':
        return this.call(of.name, this.write(of.argument));
    }
  }

  private number(of: Layout & { kind: 'number' }): string {
    const { name } = of;
    if (name) return nameOfNumber(name);
    const [digits, exponent] = this.numeral(of).split('e');
    return exponent === undefined ? digits! : `${digits === '1' ? '' : `${digits} \\cdot `}10^{${exponent}}`;
  }

  private product({ above, below }: Layout & { kind: 'product' }): string {
    if (!below.length) return this.chain(above);
    return `\\frac{${above.length ? this.chain(above) : '1'}}{${this.chain(below)}}`;
  }

  /** Factors side by side; a dot before a number, which would run into what stands before it. */
  private chain(parts: readonly Layout[]): string {
    if (parts.length === 1) return this.write(parts[0]!);
    return parts.map((part, k) => (k ? (/^[\d.]/.test(this.factor(part)) ? ' \\cdot ' : ' \\, ') : '') + this.factor(part)).join('');
  }

  private factor(of: Layout): string {
    return of.kind === 'sum' || of.kind === 'negative' ? this.bracketed(of) : this.write(of);
  }

  private base(of: Layout): string {
    const text = this.write(of);
    const isAtom = of.kind === 'variable' || (of.kind === 'number' && /^[\d.]+$/.test(text)) || (of.kind === 'call' && of.name === 'abs');
    return isAtom ? `{${text}}` : this.bracketed(of);
  }

  private bracketed(of: Layout): string {
    return `\\left(${this.write(of)}\\right)`;
  }

  private call(name: FunctionName, argument: string): string {
    if (name === 'exp') return `e^{${argument}}`;
    if (name === 'abs') return `\\left|${argument}\\right|`;
    return `${functionNames[name] ?? `\\${name}`}\\left(${argument}\\right)`;
  }
}

/** "pi", "1/3", "sqrt(2)", "2*pi", "pi/2" as LaTeX. */
function nameOfNumber(name: string): string {
  const [above, below] = name.split('/');
  if (below !== undefined) return `\\frac{${nameOfNumber(above!)}}{${nameOfNumber(below)}}`;
  return name.split('*').map(part => part.replace(/^sqrt\((.*)\)$/, '\\sqrt{$1}').replace(/^pi\b/, '\\pi')).join(' \\, ');
}
