// Simulated data with known shapes for bench/boosting.mjs.

/** Seeded uniform and normal numbers (mulberry32; Box–Muller). */
function random(seed) {
  let a = seed >>> 0;
  const uniform = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

export const shapeFunctions = {
  wave: x => Math.sin(3 * x), line: x => 0.5 * x, step: x => (x > 1 ? 0.6 : -0.2), unused: () => 0,
  kind: x => ({ a: 0.4, b: -0.3, c: 0, d: 0.2, e: -0.5 })[x],
};

const signs = { a: 1, b: -1, c: 0, d: 1, e: -1 };

/**
 * Sum of the five shapes, of which the first four features are correlated. Targets: 'number': with noise of standard deviation 0.5; 'uneven': of 0.15 to 1.05, more
 * where `wave` is far from 0; 'pairs': 0.5, and two interactions, each of mean 0 over either of its features, which are independent; 'classes': 1.5 times the sum as
 * log-odds; 'pairsClasses': the same of that sum; 'counts': Poisson with the sum as logarithm; 'rare': with the sum less 2.
 */
export function makeData(rows, target, seed) {
  const { uniform, normal } = random(seed);
  const columns = { wave: [], line: [], step: [], unused: [], kind: [] };
  const [y, means] = [[], []];
  const classes = target === 'classes' || target === 'pairsClasses';
  const scale = classes ? 1.5 : 1;
  for (let i = 0; i < rows; i++) {
    const wave = 4 * uniform() - 2;
    const row = { wave, line: normal() + 0.5 * wave, step: -Math.log(1 - uniform()), unused: 0.7 * wave + 0.7 * normal(), kind: 'abcde'[Math.floor(5 * uniform())] };
    let sum = 0;
    for (const [name, value] of Object.entries(row)) {
      columns[name].push(value);
      sum += shapeFunctions[name](value);
    }
    if (target.startsWith('pairs')) sum += 0.8 * row.wave * (row.step - 1) + 0.7 * row.unused * signs[row.kind];
    means.push(sum);
    y.push(classes ? (uniform() < 1 / (1 + Math.exp(-scale * sum)) ? 'yes' : 'no')
      : target === 'counts' || target === 'rare' ? count(Math.exp(target === 'rare' ? sum - 2 : sum), uniform) : sum + (target === 'uneven' ? 0.15 + 0.45 * Math.abs(wave) : 0.5) * normal());
  }
  return { columns, y, means, scale, csv: toCsv(columns, y) };
}

/** A Poisson number: how many products of uniform numbers stay above e^-mean. */
function count(mean, uniform) {
  let k = 0;
  for (let p = uniform(); p > Math.exp(-mean); p *= uniform()) k++;
  return k;
}

function toCsv(columns, y) {
  const names = Object.keys(columns);
  return `${[...names, 'y'].join(',')}\n${y.map((value, i) => [...names.map(name => columns[name][i]), value].join(',')).join('\n')}\n`;
}

const clip = x => Math.max(-2, Math.min(2, x));

/** Mean of each main effect as a function of its feature; pair effects of independent features with mean 0 in one of them leave the rest here. */
const mains = {
  x0: x => 0.9 * Math.cos(Math.PI * x), x1: x => 0.9 * Math.sin((Math.PI * x) / 2), x2: x => 0.4 * x * x, x3: x => 0.4 * x,
  x4: x => (Math.floor(2 * x) % 2 === 0 ? 0.6 : -0.6), x5: x => 1.4 * (x + 2 - Math.floor(x + 2) - 0.5), x6: x => 0.15 * Math.exp(x), x7: () => 0,
  x8: x => 0.4 * Number(x.slice(1)), x9: x => 0.4 * Number(x.slice(1)),
};

/**
 * A function of ten features after the description of InterpretML's synthetic data: cosine, sine, square, integers, square wave, sawtooth, exponential,
 * an unused feature, 9 and 46 categories; pairs x0 by the parity of x3, x1 × x2, x3 × x8; noise 0.25.
 */
export function recoveryData(rows, seed) {
  const { uniform, normal } = random(seed);
  const columns = Object.fromEntries(Object.keys(mains).map(name => [name, []]));
  const y = [];
  for (let i = 0; i < rows; i++) {
    const x0 = 4 * uniform() - 2;
    const x1 = clip(1.5 * normal());
    const x2 = clip(-Math.log(1 - uniform()) - 2);
    const x3 = clip(count(2, uniform) - 2);
    const row = {
      x0, x1, x2, x3, x4: clip(normal() + 0.5 * x0 - 0.5 * x1), x5: 4 * uniform() - 2, x6: clip(x2 * x3 + 0.3 * normal()), x7: 4 * uniform() - 2,
      x8: `k${(Math.floor(9 * uniform()) - 4) / 4}`, x9: `m${(Math.floor(46 * uniform()) - 22.5) / 22.5}`,
    };
    let sum = 0.3 * x0 * (Math.abs(x3) % 2 === 0 ? 1 : -1) + 0.1 * x1 * x2 + 0.2 * x3 * Number(row.x8.slice(1)) + 0.02 * x2 * x3 * Number(row.x8.slice(1));
    for (const [name, value] of Object.entries(row)) {
      columns[name].push(value);
      sum += mains[name](value);
    }
    y.push(sum + 0.25 * normal());
  }
  const meanOf = values => values.reduce((a, b) => a + b, 0) / values.length;
  // What the pairs leave to single features: the mean of the other factor.
  const m2 = meanOf(columns.x2);
  const extra = { x1: x => 0.1 * x * m2 };
  const truth = name => { const values = columns[name].map(x => mains[name](x) + (extra[name]?.(x) ?? 0)); const m = meanOf(values); return values.map(value => value - m); };
  const recovered = (name, { grid, effect }) => {
    const numeric = typeof grid[0] === 'number';
    const found = columns[name].map(x => effect[numeric ? Math.min(effect.length - 1, Math.max(0, grid.findLastIndex(edge => edge <= x))) : grid.indexOf(x)]);
    const t = truth(name);
    const m = meanOf(found);
    const left = t.reduce((sum, value, i) => sum + (value - (found[i] - m)) ** 2, 0);
    const all = t.reduce((sum, value) => sum + value * value, 0);
    return all > 0 ? 1 - left / all : NaN;
  };
  return { csv: toCsv(columns, y), mains, pairs: ['x0 × x3', 'x1 × x2', 'x3 × x8'], recovered };
}
