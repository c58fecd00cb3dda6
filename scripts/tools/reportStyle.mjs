// The style sheet of the report panel, the inspector and the HTML report: one file out of those of webview/styles, in this order.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const parts = ['page', 'controlsAndTables', 'inspector', 'drawings', 'sections', 'whatIf', 'beside'];

export const reportStyle = () => parts.map(part => readFileSync(path.join('webview', 'styles', `${part}.css`), 'utf8')).join('');
