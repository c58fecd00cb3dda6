// Whether a formula's units go together: parts of a sum have the same one, functions take and give pure numbers, exponents
// are pure numbers. Fitted numbers, and columns whose unit is not known, may have any unit; written numbers have none.
import { variablesOf, walk, type Expression } from '../expression';
import { valuesOf } from '../values';
import { exponentsText, tiny, type Unit } from './unit';
import { joined, known, pure, Unknowns, type Quantity } from './unknowns';

/** Units of the columns and of the target; undefined where not known. Plain data. */
export interface ColumnUnits {
  columns: readonly (Unit | undefined)[];
  target?: Unit;
}

export interface Dimensions {
  consistent: boolean;
  /** Why not, as in "it adds m to s". */
  reason?: string;
  /** The result's unit in base units, where the target's is not known but the columns and written numbers determine it. */
  unit?: string;
  /** Fitted numbers that need a unit for all to go together. */
  carrying: number;
}

class Contradiction extends Error {}

export function dimensionOf(of: Expression, units: ColumnUnits): Dimensions {
  const inference = new Inference(units, of);
  try {
    const result = inference.quantity(of);
    if (units.target) inference.demand(result, known(units.target.exponents), (a, b) => `its result is in ${a}, the target in ${b}`);
    const carrying = inference.carrying();
    const unit = units.target ? undefined : inference.textOf(result, of);
    return { consistent: true, carrying, ...(unit !== undefined && { unit }) };
  } catch (error) {
    if (error instanceof Contradiction) return { consistent: false, reason: error.message, carrying: 0 };
    throw error;
  }
}

class Inference {
  private readonly unknowns = new Unknowns();
  private readonly columns: Map<number, Quantity>;
  private readonly numbers: Quantity[] = [];

  constructor(private readonly units: ColumnUnits, of: Expression) {
    // Columns come first, so that they are solved for before numbers are.
    this.columns = new Map(variablesOf(of).map(index => {
      const unit = units.columns[index];
      return [index, unit ? known(unit.exponents) : this.unknowns.fresh()];
    }));
  }

  quantity(of: Expression): Quantity {
    switch (of.kind) {
      case 'number': return of.free ? this.number() : pure;
      case 'variable': return this.columns.get(of.index)!;
      case 'product': return of.factors.reduce((all: Quantity, factor) => joined(all, this.quantity(factor), 1), pure);
      case 'sum': {
        const [first, ...others] = of.terms.map(term => this.quantity(term));
        for (const other of others) this.demand(first!, other, (a, b) => `it adds ${b} to ${a}`);
        return first ?? pure;
      }
      case 'power': return this.power(of.base, of.exponent);
      case 'call': {
        const argument = this.quantity(of.argument);
        if (of.name === 'abs') return argument;
        this.demand(argument, pure, a => `it takes ${of.name} of ${a}`);
        return pure;
      }
    }
  }

  private number(): Quantity {
    const own = this.unknowns.fresh();
    this.numbers.push(own);
    return own;
  }

  private power(base: Expression, exponent: Expression): Quantity {
    const raised = this.quantity(base);
    if (exponent.kind === 'number' || variablesOf(exponent).length === 0) {
      const value = exponent.kind === 'number' ? exponent.value : valuesOf(exponent, [], 1)[0]!;
      return Number.isFinite(value) ? joined(pure, raised, value) : pure;
    }
    this.demand(raised, pure, a => `it raises ${a} to a power that varies`);
    this.demand(this.quantity(exponent), pure, a => `it has an exponent in ${a}`);
    return pure;
  }

  /** Throws Contradiction; `say` gets both units as text. */
  demand(a: Quantity, b: Quantity, say: (a: string, b: string) => string): void {
    if (this.unknowns.equal(a, b)) return;
    const [one, two] = [this.unknowns.resolved(a), this.unknowns.resolved(b)];
    if (one.unknown.size + two.unknown.size === 0) throw new Contradiction(say(exponentsText(one.base), exponentsText(two.base)));
    throw new Contradiction(`it adds parts whose units differ by ${exponentsText(joined(one, two, -1).base)}`);
  }

  carrying(): number {
    return this.numbers.filter(each => this.unknowns.settled(each).some(e => Math.abs(e) > tiny)).length;
  }

  /** Undefined where something undetermined is in it. */
  textOf(result: Quantity, of: Expression): string | undefined {
    const { base, unknown } = this.unknowns.resolved(result);
    if (unknown.size > 0) return undefined;
    let scaled = false;
    walk(of, node => { scaled ||= node.kind === 'variable' && (this.units.columns[node.index]?.scale ?? 1) !== 1; });
    return scaled && base.some(e => Math.abs(e) > tiny) ? `a multiple of ${exponentsText(base)}` : exponentsText(base);
  }
}
