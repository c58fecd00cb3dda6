/** What an attention model looks at in one row. */
import type { Section } from '../../../protocol/report';
import { columnsByName, asCategories } from '../../data/encoding/binding';
import type { Column, Table } from '../../data/table';
import type { AttentionView } from '../model';
import { percent, rounded } from '../neural/words';

/** Features listed at most. */
const mostFeatures = 100;

/** The attention weights of the only row of the table, largest first. */
export function rowAttention(view: AttentionView, table: Table): Section {
  const weights = view.attention(table);
  const each = view.each(table);
  const order = view.features.map((_, j) => j).sort((a, b) => weights[b] - weights[a] || a - b).slice(0, mostFeatures);
  const columns = columnsByName(table);
  const spread = (j: number): number => {
    const squares = each.reduce((sum, own) => sum + (own[j] - weights[j]) ** 2, 0);
    return Math.sqrt(squares / Math.max(1, each.length - 1));
  };
  const [first] = order;
  const several = each.length > 1;
  return {
    kind: 'table', id: 'rowAttention', panel: 'row', title: 'Attention weights in this row',
    summary: `In this row the model looks most at ${view.features[first]}, with ${percent(weights[first])} of its attention; the same for every feature would be ${percent(1 / view.features.length)}. The weights have no sign: they say where the model looks, not in which direction a value moves the prediction.`,
    method: `${view.layers === 1 ? 'Row of [CLS] of the attention matrix' : `Attention rollout over ${view.layers} layers (Abnar & Zuidema 2020)`}, mean over heads${several ? ` and ${each.length} networks` : ''}; [CLS] itself left out.`,
    header: [{ title: 'Feature' }, { title: 'Value' }, { title: 'Attention weight', numeric: true }, ...(several ? [{ title: 'Standard deviation over networks', numeric: true }] : [])],
    rows: order.map(j => [view.features[j], valueText(columns.get(view.features[j])), rounded(weights[j]), ...(several ? [rounded(spread(j))] : [])]),
  };
}

/** The column's only cell as text. */
function valueText(column: Column | undefined): string {
  if (!column) return '';
  if (column.storage === 'number' && column.kind !== 'categorical') {
    const [value] = column.values;
    if (!Number.isFinite(value)) return '(missing)';
    return column.kind === 'datetime' ? new Date(value).toISOString().slice(0, 10) : String(Number(value.toPrecision(6)));
  }
  const { codes, levels } = asCategories(column);
  return codes[0] < 0 ? '(missing)' : levels[codes[0]];
}
