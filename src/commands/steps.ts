/** Quick picks one after the other, with a back button; the first item is the default, so Enter goes on. */
import * as vscode from 'vscode';

export const back = Symbol('back');
/** undefined: the person left. */
export type Answer<T> = T | typeof back | undefined;

export interface PickStep<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly placeholder: string;
  /** While it is not settled the pick is shown as busy; a rejection closes it and is thrown. */
  readonly items: readonly Item[] | Promise<readonly Item[]>;
  readonly active?: (item: Item) => boolean;
  readonly busyPlaceholder?: string;
  readonly onHide?: () => void;
}

export async function pickStep<Item extends vscode.QuickPickItem>(options: PickStep<Item>): Promise<Answer<Item>> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = options.title;
  pick.step = options.step;
  pick.totalSteps = options.totalSteps;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = false;
  if (options.step > 1) pick.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<Answer<Item>>((resolve, reject) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen && !pick.busy) resolve(chosen);
      });
      pick.onDidTriggerButton(() => resolve(back));
      pick.onDidHide(() => {
        options.onHide?.();
        resolve(undefined);
      });
      const fill = (items: readonly Item[]): void => {
        pick.busy = false;
        pick.placeholder = options.placeholder;
        pick.items = items;
        const active = options.active && items.find(options.active);
        if (active) pick.activeItems = [active];
      };
      if (options.items instanceof Promise) {
        pick.busy = true;
        pick.placeholder = options.busyPlaceholder ?? options.placeholder;
        options.items.then(fill, reject);
      } else {
        fill(options.items);
      }
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

/** Runs questions in order; a question that answers `back` repeats the one before. undefined when the person left. */
export async function askInOrder<State>(state: State, questions: readonly ((state: State) => Promise<Answer<State>>)[]): Promise<State | undefined> {
  const history: State[] = [];
  let current = state;
  while (history.length < questions.length) {
    const answer = await questions[history.length]!(current);
    if (answer === undefined) return undefined;
    if (answer === back) {
      current = history.pop() ?? current;
    } else {
      history.push(current);
      current = answer;
    }
  }
  return current;
}
