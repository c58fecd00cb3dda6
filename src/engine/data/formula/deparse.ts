/** Writes an expression the way R's deparse does, because R names the columns of a design after it. */
import type { Expression } from './expression';

const spaced = new Set(['+', '-', '*', '<', '>', '<=', '>=', '==', '!=', '&', '&&', '|', '||', '~']);

export function deparse(expression: Expression): string {
  switch (expression.kind) {
    case 'number': return deparseNumber(expression.value) + (expression.integer ? 'L' : '');
    case 'string': return deparseString(expression.value);
    case 'logical': return expression.value ? 'TRUE' : 'FALSE';
    case 'name': return expression.quoted && !isSyntacticName(expression.name) ? `\`${expression.name}\`` : expression.name;
    case 'call': {
      const args = expression.arguments.map(a => (a.name === undefined ? '' : `${a.name} = `) + deparse(a.value));
      return `${expression.name}(${args.join(', ')})`;
    }
    case 'unary': return expression.operator + deparse(expression.operand);
    case 'binary': {
      const { operator, left, right } = expression;
      const space = spaced.has(operator) || operator.startsWith('%') ? ' ' : '';
      return deparse(left) + space + operator + space + deparse(right);
    }
    case 'group': return `(${deparse(expression.inner)})`;
  }
}

export function isSyntacticName(name: string): boolean {
  return /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u.test(name) && name !== 'TRUE' && name !== 'FALSE';
}

/** Up to 15 significant digits; scientific where that is shorter, as R prints constants. */
function deparseNumber(value: number): string {
  const shortest = String(Number(value.toPrecision(15)));
  const [mantissa = '', exponent = '0'] = Number(value.toPrecision(15)).toExponential().split('e');
  const power = Number(exponent);
  const scientific = `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  if (shortest.includes('e')) return scientific;
  return shortest.length <= scientific.length ? shortest : scientific;
}

function deparseString(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\r/g, '\\r')}"`;
}
