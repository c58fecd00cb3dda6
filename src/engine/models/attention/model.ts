/** A fitted attention model or ensemble: all that networks can, and where it attends. */
import type { Note } from '../../../protocol/profile';
import type { Section } from '../../../protocol/report';
import type { AttentionDescription } from '../../compute/network/description';
import type { Table } from '../../data/table';
import { damaged, readArray, readNumber, readObject } from '../shared/json';
import type { AttentionView } from '../model';
import { encodeInputs, tokensOf } from '../network/inputs';
import { NeuralModel } from '../neural/model';
import type { NeuralState } from '../neural/state';
import { rowAttention } from './rowSection';
import { NetworkAttention } from './view';

export class AttentionModel extends NeuralModel {
  override readonly family = 'attention';
  readonly attention: AttentionView;

  constructor(state: NeuralState) {
    super(state);
    if (state.description.kind !== 'attention') throw damaged('the network');
    this.attention = new NetworkAttention(state.description, state.members, state.inputs);
  }

  override noted(notes: readonly Note[]): AttentionModel {
    return new AttentionModel({ ...this.state, notes: [...notes, ...this.state.notes] });
  }

  override insideRow(table: Table): readonly Section[] {
    const encoded = encodeInputs(this.state.inputs, table);
    return encoded.rows === 1 && !encoded.incomplete ? [rowAttention(this.attention, table)] : [];
  }
}

/** Reads an attention network's shape from JSON. Throws UserError 'badModelFile'. */
export function readAttention(json: unknown, inputs: number, classes: number | undefined): AttentionDescription {
  const object = readObject(json, 'the network');
  const whole = (name: string): number => {
    const value = readNumber(object[name], 'the network');
    if (!(Number.isInteger(value) && value >= 1)) throw damaged('the network');
    return value;
  };
  const head = classes === undefined ? 'identity' : classes > 2 ? 'softmax' : 'logistic';
  const [tokens, width, heads, layers] = [whole('tokens'), whole('width'), whole('heads'), whole('layers')];
  const tokenOf = readArray(object['tokenOf'], 'the tokens').map(t => readNumber(t, 'the tokens'));
  const description: AttentionDescription = {
    kind: 'attention', head, inputs, tokenOf, tokens, width, heads, layers, feedForward: whole('feedForward'), outputs: head === 'softmax' ? classes! : 1,
    uniform: object['uniform'] === true,
  };
  const fits = object['kind'] === 'attention' && object['inputs'] === inputs && object['outputs'] === description.outputs && object['head'] === head
    && width % heads === 0 && layers <= 3 && tokenOf.length === inputs && tokenOf.every(t => Number.isInteger(t) && t >= 0 && t < tokens);
  if (!fits) throw damaged('the network');
  return description;
}

/** The tokens of a model's inputs must be those of its networks. */
export function checkTokens(state: NeuralState): NeuralState {
  const { tokenOf, features } = tokensOf(state.inputs);
  const { description } = state;
  if (description.kind !== 'attention' || features.length !== description.tokens || tokenOf.some((t, c) => t !== description.tokenOf[c])) throw damaged('the tokens');
  return state;
}
