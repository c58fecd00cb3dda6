/** Rows of a model's features as points: numbers as they are, levels as codes, and Gower's distance between points. */
import type { CellValue, RowValues, WhatIfFeature } from '../../protocol/whatIf';
import { asCategories, numberLevel } from '../data/encoding/binding';
import { findColumn, type Column, type Table } from '../data/table';

/** One cell a feature; missing is NaN. */
export type Point = Float64Array;

/** `cells[feature][i]`. */
export interface Points {
  readonly count: number;
  readonly cells: readonly Float64Array[];
}

export class Space {
  /** Levels of the features that are choices, seen or asked for. */
  private readonly levels: (string[] | undefined)[];
  private readonly places: (Map<string, number> | undefined)[];
  /** Largest less smallest value of the training data; 0 for choices. */
  readonly ranges: Float64Array;

  /** `columns`: of the background rows, one a feature: points become tables of these kinds. */
  constructor(readonly features: readonly WhatIfFeature[], private readonly columns: readonly Column[]) {
    this.levels = features.map(({ levels }) => levels && [...levels]);
    this.places = this.levels.map(levels => levels && new Map(levels.map((level, code) => [level, code])));
    this.ranges = Float64Array.from(features, ({ low = 0, high = 0 }) => high - low);
  }

  isChoice(feature: number): boolean {
    return this.levels[feature] !== undefined;
  }

  levelsOf(feature: number): readonly string[] {
    return this.levels[feature] ?? [];
  }

  pointOf(values: RowValues): Point {
    return Float64Array.from(this.features, ({ name }, j) => {
      const value = values[name] ?? null;
      if (value === null) return NaN;
      if (this.isChoice(j)) return this.code(j, typeof value === 'number' ? numberLevel(value) : value);
      return typeof value === 'number' ? value : NaN;
    });
  }

  valuesOf(point: Point): RowValues {
    return Object.fromEntries(this.features.map(({ name }, j) => [name, this.cell(j, point[j])]));
  }

  cell(feature: number, value: number): CellValue {
    if (Number.isNaN(value)) return null;
    return this.levels[feature]?.[value] ?? value;
  }

  /** The rows of a table with columns of these names, of whatever kinds. */
  pointsOf(table: Table): Points {
    const cells = this.features.map(({ name }, j) => {
      const column = findColumn(table, name);
      if (!column) throw new Error(`no column ${name}`);
      return this.isChoice(j) ? this.codesOf(j, column) : numbersOf(column);
    });
    return { count: table.rows, cells };
  }

  /** A table that the model can predict: the given points, one after another. */
  table(points: readonly Point[]): Table {
    const cells = this.columns.map(() => new Float64Array(points.length));
    // Point by point, as they lie in memory.
    for (const [i, point] of points.entries()) for (let j = 0; j < cells.length; j++) cells[j][i] = point[j];
    return { rows: points.length, columns: this.columns.map((column, j) => this.column(column, j, cells[j])) };
  }

  at({ cells }: Points, i: number): Point {
    const point = new Float64Array(cells.length);
    for (let j = 0; j < cells.length; j++) point[j] = cells[j][i];
    return point;
  }

  /**
   * Gower's distance (1971), features weighted equally, 0 to 1: the difference of numbers as a share of the range of the training data,
   * at most 1; 0 or 1 for levels; a missing cell is like a missing one and unlike every other.
   */
  gower(a: Point, { cells }: Points, i: number): number {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += this.part(j, a[j], cells[j][i]);
    return sum / a.length;
  }

  private part(feature: number, a: number, b: number): number {
    if (a === b) return 0;
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : 1;
    return this.isChoice(feature) ? 1 : Math.min(1, Math.abs(a - b) / this.ranges[feature]);
  }

  private code(feature: number, level: string): number {
    const places = this.places[feature]!;
    let code = places.get(level);
    if (code === undefined) {
      code = this.levels[feature]!.push(level) - 1;
      places.set(level, code);
    }
    return code;
  }

  private codesOf(feature: number, column: Column): Float64Array {
    const { codes, levels } = asCategories(column);
    const own = levels.map(level => this.code(feature, level));
    return Float64Array.from(codes, code => (code < 0 ? NaN : own[code]));
  }

  private column(kind: Column, feature: number, cells: Float64Array): Column {
    const levels = this.levels[feature];
    if (kind.storage === 'code') {
      return { name: kind.name, kind: kind.kind, storage: 'code', levels: levels!.slice(), codes: Int32Array.from(cells, v => (Number.isNaN(v) ? -1 : v)) };
    }
    return { name: kind.name, kind: kind.kind, storage: 'number', values: levels ? cells.map(v => (Number.isNaN(v) ? NaN : Number(levels[v]))) : cells };
  }
}

function numbersOf(column: Column): Float64Array {
  if (column.storage === 'number') return column.values.map(v => (v - v === 0 ? v : NaN));
  const numbers = column.levels.map(level => (column.kind === 'datetime' ? Date.parse(level) : Number(level)));
  return Float64Array.from(column.codes, code => (code < 0 ? NaN : numbers[code]));
}
