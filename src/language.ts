/** Hands VS Code's translations to services/l10n.ts. The first import of extension.ts: texts of constants are asked for at loading. */
import * as vscode from 'vscode';
import { translateWith } from './services/l10n';

translateWith((text, ...parts) => vscode.l10n.t(text, ...parts), vscode.l10n.bundle);
