/** Which cards take the whole width. */

/** Narrow cards stand in pairs; the odd one of a run takes the whole width. */
export function wideFlags(wide: readonly boolean[]): readonly boolean[] {
  const flags = [...wide];
  let run = 0;
  for (let i = 0; i <= wide.length; i++) {
    if (i < wide.length && !wide[i]) {
      run++;
      continue;
    }
    if (run % 2 === 1) flags[i - 1] = true;
    run = 0;
  }
  return flags;
}
