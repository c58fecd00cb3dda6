/** The transitions of a log whose states are nearest to a state: what values without bins are means of. */
import type { Experience } from './experience';

/** The nearest transitions of each action, by looking at all of them. */
export class Neighbours {
  /** states × numeric fields, scaled. */
  private readonly points: Float64Array;
  readonly scales: number[] = [];
  private readonly numbers: readonly number[];
  private readonly words: readonly number[];
  private readonly byAction: Int32Array[];

  constructor(private readonly experience: Experience, private readonly transitions: Int32Array, private readonly count: number) {
    const { fields, codes, count: states } = experience.states;
    this.numbers = fields.flatMap((field, f) => (field.values ? [f] : []));
    this.words = fields.flatMap((field, f) => (field.values ? [] : [f]));
    this.points = new Float64Array(states * this.numbers.length);
    this.numbers.forEach((f, d) => {
      const value = (s: number): number => fields[f]!.values![codes[s * fields.length + f]!]!;
      let [mean, squares] = [0, 0];
      transitions.forEach((i, n) => {
        const x = value(experience.state[i]!);
        const difference = x - mean;
        mean += difference / (n + 1);
        squares += difference * (x - mean);
      });
      const scale = Math.sqrt(squares / Math.max(1, transitions.length - 1)) || 1;
      this.scales.push(scale);
      for (let s = 0; s < states; s++) this.points[s * this.numbers.length + d] = value(s) / scale;
    });
    this.byAction = experience.actions.map((_, a) => Int32Array.from(transitions.keys()).filter(place => experience.action[transitions[place]!] === a));
  }

  /** Places in the list of transitions, nearest first; of equally near ones the first of the file. */
  nearest(state: number, action: number): { places: number[]; distances: number[] } {
    const places: number[] = [];
    const distances: number[] = [];
    for (const place of this.byAction[action]!) {
      const distance = this.squaredDistance(state, this.experience.state[this.transitions[place]!]!, distances.length < this.count ? Infinity : distances.at(-1)!);
      if (distances.length === this.count) {
        if (distance >= distances.at(-1)!) continue;
        places.pop();
        distances.pop();
      }
      let at = distances.length;
      while (at > 0 && distances[at - 1]! > distance) at--;
      places.splice(at, 0, place);
      distances.splice(at, 0, distance);
    }
    return { places, distances: distances.map(Math.sqrt) };
  }

  /** Ends early, with what it has, above the limit. */
  private squaredDistance(a: number, b: number, limit: number): number {
    const width = this.numbers.length;
    let sum = 0;
    for (let d = 0; d < width && sum < limit; d++) sum += (this.points[a * width + d]! - this.points[b * width + d]!) ** 2;
    const { codes, fields } = this.experience.states;
    for (const f of this.words) if (codes[a * fields.length + f] !== codes[b * fields.length + f]) sum++;
    return sum;
  }
}
