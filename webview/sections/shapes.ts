/** The terms of an additive model of steps, one at a time: steps of a number, bars of levels, a heat map of a pair. */
import { html } from 'lit';
import type { MainShapeTerm, PairShapeTerm } from '../../src/protocol/shapeSections';
import { heatmapChart, heatmapSize, largest } from '../charts/heatmapChart';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import { shapeChart } from '../charts/shapeChart';
import { areCrowded, drawnEdges, rowBars } from '../charts/steps';
import { formatCount, formatInterval, formatLevel, formatNumber, formatTime, plural, shortName, shortenSentence, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import { chooser, chosenName } from './controls';
import type { ChartPart, SectionBody, SectionOf, SectionRenderer, SectionView, TermEditName } from './section';
import { levelRows } from './levelRows';
import { edgeText, isMain, pairNames, termWords } from './shapeWords';

type Section = SectionOf<'shapes'>;

const allClasses = t('All classes');
const classesTogether = 6;

export const shapes: SectionRenderer<'shapes'> = {
  wide: true,
  render(section, view) {
    const names = section.terms.map(term => term.name);
    const chosen = chosenName(view, 'feature', names);
    const term = section.terms.find(one => one.name === chosen);
    if (!term) return { empty: t('There are no terms to draw for this model.') };
    const classes = term.curves.map(curve => curve.class).filter(name => name !== undefined);
    const options = isMain(term) && classes.length <= classesTogether && classes.length > 1 ? [allClasses, ...classes] : classes;
    const ofClass = chosenName(view, 'class', options);
    const kept = term.curves.map((_, k) => k).filter(k => options.length < 2 || ofClass === allClasses || term.curves[k]?.class === ofClass);
    const axes = isMain(term) && term.axis.kind === 'number' ? axisNames(term.axis.edges) : [];
    const axis = chosenName(view, 'axis', axes);
    const body = isMain(term) ? mainBody(section, axis === equalSteps, { ...term, curves: kept.map(k => term.curves[k] as MainShapeTerm['curves'][number]) })
      : pairBody(section, { ...term, curves: kept.map(k => term.curves[k] as PairShapeTerm['curves'][number]) });
    return {
      ...body,
      controls: html`
        ${chooser(view, 'feature', t('Term'), names, chosen)}
        ${options.length > 1 ? chooser(view, 'class', t('Class'), options, ofClass) : ''}
        ${axes.length > 1 ? chooser(view, 'axis', t('Axis'), axes, axis) : ''}
        <span class="chooser muted">${place(section, chosen)}</span>
        ${editButtons(view, section, term)}`,
      extra: html`
        ${body.extra}
        <p class="key">${kept.slice(0, 3).map(k => html`<span>${shortenSentence(termWords(term, k))}</span>`)}</p>
        ${term.edits ? html`<p class="key"><span>${t('Edited: {0}.', shortenSentence(term.edits.join(', ')))}</span></p>` : ''}`,
    };
  },
};

/** "1 of 14 by size, mean contribution 0.42". */
function place({ terms }: Section, name: string): string {
  const index = terms.findIndex(term => term.name === name);
  return t('{0} of {1} by size; mean absolute contribution {2}', index + 1, formatCount(terms.length), formatNumber(terms[index]?.importance));
}

interface EditButton { readonly edit: TermEditName; readonly label: string; readonly hint: string; readonly ofNumbers?: true }

const edits: readonly EditButton[] = [
  { edit: 'remove', label: t('Remove'), hint: t('The term adds nothing any more') },
  { edit: 'smooth', label: t('Smooth'), hint: t('Mean over neighbouring steps; levels shrink towards 0, those with few rows most') },
  { edit: 'increasing', label: t('Make Increasing'), hint: t('The nearest scores that never fall'), ofNumbers: true },
  { edit: 'decreasing', label: t('Make Decreasing'), hint: t('The nearest scores that never rise'), ofNumbers: true },
];

/** Only where the host can edit. A removed term can only be brought back, by taking edits back. */
function editButtons({ editTerm, state, change }: SectionView, { terms, fixed }: Section, term: Section['terms'][number]): unknown {
  if (!editTerm || fixed) return '';
  const numeric = isMain(term) && term.axis.kind === 'number';
  const gone = term.importance === 0;
  const edited = terms.some(one => one.edits);
  const click = (edit: TermEditName): void => {
    // The term stays in view, wherever its new size puts it.
    change({ choice: { ...state.choice, feature: term.name } });
    editTerm(term.term, edit);
  };
  const button = ({ edit, label, hint }: Omit<EditButton, 'ofNumbers'>, disabled: boolean): unknown =>
    html`<button class="toggle" data-edit=${edit} title=${hint} ?disabled=${disabled} @click=${() => click(edit)}>${label}</button>`;
  return html`
    <span class="buttons screen-only" role="group" aria-label="${t('Edit the term {0}', visibleName(term.name))}">
      ${edits.filter(one => numeric || !one.ofNumbers).map(one => button(one, gone))}
      ${edited ? button({ edit: 'undo', label: t('Undo Last Edit'), hint: t('Takes the newest edit of any term back') }, false) : ''}
    </span>`;
}

const equalSteps = t('Equal steps');
const asValues = t('As values');

/** The first is what is shown at first. */
function axisNames(edges: readonly number[]): string[] {
  return edges.length < 4 ? [asValues] : areCrowded(edges) ? [equalSteps, asValues] : [asValues, equalSteps];
}

function mainBody(section: Section, equal: boolean, term: MainShapeTerm): SectionBody {
  return {
    charts: [term.axis.kind === 'number' ? numberChart(section, term, equal) : levelChart(section, term)],
    extra: html`<p class="key">${mainKey(section, term, equal).map(words => html`<span>${words}</span>`)}</p>`,
    table: () => mainTable(section, term),
  };
}

function curveName(curve: { readonly class?: string }): string {
  return curve.class ?? t('Score');
}

function bandName({ band, level }: Section): string | undefined {
  return band === undefined ? undefined : t('{0} interval', formatLevel(level));
}

function labelOf(section: Section, term: Section['terms'][number]): string {
  return `${term.curves.slice(0, 3).map((_, k) => termWords(term, k)).join(' ')} ${section.summary}`;
}

function numberChart(section: Section, term: MainShapeTerm, equal: boolean): ChartPart {
  const { axis } = term;
  if (axis.kind !== 'number') throw new Error('an axis of levels');
  return {
    spec: {
      label: labelOf(section, term), height: 380,
      build: theme => shapeChart(theme, {
        xTitle: shortName(axis.feature, 60), yTitle: shortName(section.unit, 80), edges: axis.edges, weights: term.weights, missing: term.missing, equalSteps: equal,
        bandName: bandName(section), ...(axis.datetime && { format: formatTime }),
        lines: term.curves.map(curve => ({ name: curveName(curve), scores: curve.scores, low: curve.low, high: curve.high, missing: curve.missing })),
      }),
    },
  };
}

function levelChart(section: Section, term: MainShapeTerm): ChartPart {
  const rows = levelRows(term).slice(0, 100);
  const several = term.curves.length > 1;
  return {
    spec: {
      label: labelOf(section, term), height: rowChartHeight(rows.length, term.curves.length),
      build: theme => rowChart(theme, {
        names: rows.map(row => row.shown), xTitle: shortName(section.unit, 80), zero: 0, bars: !several, intervalName: bandName(section) ?? '',
        series: term.curves.map((curve, k) => ({ name: curveName(curve), values: rows.map(row => row.marks[k] ?? { value: undefined }) })),
      }),
    },
  };
}

function mainKey(section: Section, term: MainShapeTerm, equal: boolean): string[] {
  const level = bandName(section);
  const numeric = term.axis.kind === 'number';
  return [
    t('{0}: what the term adds, in {1}.', numeric ? t('Steps') : term.curves.length > 1 ? t('Points') : t('Bars'), section.unit),
    level === undefined ? t('There are no intervals.') : t('{0}: {1} {2}, each step by itself.', numeric ? t('Band') : t('Lines'), formatLevel(section.level), section.band ?? ''),
    numeric ? t('Below: training rows{0}.', equal ? t(' of each step. Steps are drawn equally wide, whatever range of values they stand for') : isSpread(term) ? t(', those of a step spread evenly over it') : t(' of each step')) : t('Beside each level: its share of the training rows.'),
    ...(numeric && term.missing !== undefined ? [t('Diamond: missing cells ({0}).', plural(Math.round(term.missing), 'training row'))] : []),
  ];
}

function isSpread({ axis, weights }: MainShapeTerm): boolean {
  return axis.kind === 'number' && rowBars(drawnEdges(axis.edges), weights).spread;
}

function mainTable(section: Section, term: MainShapeTerm): TableModel {
  const { axis, curves } = term;
  const level = formatLevel(section.level);
  const several = curves.length > 1;
  const banded = curves.some(curve => curve.low);
  const numeric = axis.kind === 'number';
  const rows = numeric
    ? [...axis.edges.slice(0, -1).map((edge, i) => ({
      head: [edgeCell(axis, edge), edgeCell(axis, axis.edges[i + 1] as number)], weight: term.weights[i],
      marks: curves.map(curve => ({ value: curve.scores[i], low: curve.low?.[i], high: curve.high?.[i] })),
    })), ...levelRows(term).map(row => ({ ...row, head: [{ value: row.name }, { value: undefined }] }))]
    : levelRows(term).map(row => ({ ...row, head: [{ value: row.name }] }));
  return {
    caption: `${section.title}: ${shortName(term.name, 60)}`,
    columns: [
      { title: numeric ? t('{0}, from', shortName(axis.feature, 40)) : shortName(axis.feature, 60), format: numeric ? 'number' : 'name', rowHeader: true },
      ...(numeric ? [{ title: t('to'), format: 'number' as const }] : []), ...(several ? [{ title: t('Class'), format: 'name' as const }] : []),
      { title: t('Score'), format: 'number', hint: section.unit },
      ...(banded ? [{ title: t('{0} low', level), format: 'number' as const }, { title: t('{0} high', level), format: 'number' as const }] : []),
      { title: t('Training rows'), format: 'count' },
    ],
    rows: rows.flatMap(({ head, weight, marks }) => marks.map((mark, k) => cells(
      ...head, ...(several ? [curves[k]?.class] : []), mark.value, ...(banded ? [mark.low, mark.high] : []), weight))),
  };
}

function edgeCell(axis: MainShapeTerm['axis'], value: number): { readonly value: number; readonly text: string } {
  return { value, text: edgeText(axis, value) };
}

/** The model's own steps are finer than what is drawn. */
function coarserWords({ drawnFrom = [0, 0], curves: [curve], axes }: PairShapeTerm): string {
  const drawn = [(curve?.scores.length ?? 0) - axes[0].more.length, (curve?.scores[0]?.length ?? 0) - axes[1].more.length];
  return t('Drawn coarser than the model is: {0} steps as {1}, each the mean of its steps weighted by training rows.', drawnFrom.join(' × '), drawn.join(' × '));
}

function pairBody(section: Section, term: PairShapeTerm): SectionBody {
  const [curve] = term.curves;
  if (!curve) return { empty: t('There is nothing to draw for this pair.') };
  const [rows, columns] = pairNames(term);
  // Numbers rise upwards, as on any axis.
  const upwards = term.axes[0].kind === 'number';
  const order = rows.map((_, i) => (upwards ? rows.length - 1 - i : i));
  const matrix = {
    rows: order.map(i => rows[i] as string), columns, values: order.map(i => curve.scores[i] ?? []), diverging: true,
    xTitle: shortName(term.axes[1].feature, 60), yTitle: shortName(term.axes[0].feature, 60),
  };
  const { nameStep: _, ...size } = heatmapSize(matrix);
  const more = (row: number, column: number): string[] => {
    const [i, score, half] = [order[row] as number, matrix.values[row]?.[column] ?? 0, curve.half?.[order[row] as number]?.[column]];
    return [
      ...(half === undefined ? [] : [`${bandName(section) ?? ''} ${formatInterval(score - half, score + half)}`]),
      plural(Math.round(term.weights[i]?.[column] ?? 0), t('training row')),
    ];
  };
  const most = largest(matrix.values);
  return {
    charts: [{ spec: { label: labelOf(section, term), ...size, build: theme => heatmapChart(theme, { ...matrix, more }) } }],
    extra: html`
      <p class="key">
        <span>${formatNumber(-most)}</span><span class="heat-scale diverging" aria-hidden="true"></span><span>${formatNumber(most)}</span>
        <span>${t('What both together add beyond the terms of each, in {0}.', shortenSentence(section.unit))}</span>
        ${term.drawnFrom ? html`<span>${coarserWords(term)}</span>` : ''}
      </p>`,
    table: () => ({
      caption: `${section.title}: ${shortName(term.name, 60)}`,
      columns: [
        { title: matrix.yTitle, format: 'name', rowHeader: true, unsortable: true },
        ...columns.map(name => ({ title: visibleName(name), format: 'number' as const, hint: visibleName(name) })),
      ],
      rows: matrix.rows.map((name, row) => cells(name, ...columns.map((_name, column) => matrix.values[row]?.[column]))),
    }),
  };
}
