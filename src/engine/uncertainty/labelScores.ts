/** Conformity scores of class labels: how far down the list of likely classes one must go to reach the label. */

/** 'aps': adaptive, by cumulated probability. 'lac': 1 − probability of the label, the smallest sets on average. */
export type LabelScore = 'aps' | 'lac';

/**
 * Score of every class of one row. LAC (Sadinle, Lei & Wasserman 2019): 1 − p_k. APS (Romano, Sesia & Candès 2020, NeurIPS):
 * the probability of all likelier classes plus `u` times the class's own; classes of equal probability in their order.
 */
export function labelScores(kind: LabelScore, probabilities: Float64Array, u: number): Float64Array {
  if (kind === 'lac') return probabilities.map(p => 1 - p);
  const scores = new Float64Array(probabilities.length);
  let before = 0;
  for (const k of descending(probabilities)) {
    scores[k] = before + u * probabilities[k];
    before += probabilities[k];
  }
  return scores;
}

/** Places of the probabilities from large to small: by insertion where they are few, which is most often. */
function descending(probabilities: Float64Array): Uint32Array {
  const order = new Uint32Array(probabilities.length);
  if (order.length > 30) return order.map((_, k) => k).sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  for (let k = 0; k < order.length; k++) {
    let place = k;
    while (place > 0 && probabilities[order[place - 1]] < probabilities[k]) {
      order[place] = order[place - 1];
      place--;
    }
    order[place] = k;
  }
  return order;
}

/** The likeliest class, the first of equals. */
export function likeliest(probabilities: Float64Array): number {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k] > probabilities[best]) best = k;
  return best;
}
