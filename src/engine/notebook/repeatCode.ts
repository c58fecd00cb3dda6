/** The Python of a notebook's cell that repeats a run: the command line with the run's recipe, and the report that it gives. */
import { hasTarget, type AnyRecipe } from '../../protocol/recipe';
import { reportMime } from '../../protocol/notebook';
import { leftOut } from '../data/defaultFeatures';
import { whereShown } from './plainOutput';
import { pythonLiteral, type Plain } from './python';

export interface RepeatPlace {
  /** Path of the data file. */
  readonly file: string;
  /** Path of dist/cli.js. */
  readonly program: string;
  /** What runs it where there is no `node` on the path; may be an editor that is Node.js on request. */
  readonly node: string;
}

const commands = { regression: 'explain', classification: 'explain', experiment: 'experiment', clustering: 'cluster', components: 'components', decisions: 'policy' } as const;

export const commandOf = (recipe: AnyRecipe): string => commands[recipe.task];

/**
 * The recipe goes as a file and not as flags: a text that looks like a number stays a text, names may hold anything, and thousands of columns
 * fit. Of the columns that were left out only those that a person named play a part.
 */
export function recipeOf({ file: _file, dropped, ...recipe }: AnyRecipe): Plain {
  const named = dropped.filter(({ reason }) => reason === leftOut);
  const all: Readonly<Record<string, unknown>> = { ...recipe, ...(named.length > 0 && { dropped: named }) };
  // By way of JSON, which is what goes into the file: what is undefined is not there.
  return JSON.parse(JSON.stringify(all)) as Plain;
}

/** Needs the standard library alone; `display` is there in every notebook of IPython. */
export function repeatCode(recipe: AnyRecipe, { file, program, node }: RepeatPlace): string {
  const what = hasTarget(recipe) ? 'trains on the file again' : 'goes through the file again';
  return `# Unveil's command line ${what} with the same settings, and the report comes below. Needs Node.js 20 or later.
import glob, json, os, shutil, subprocess, tempfile

data = ${pythonLiteral(file)}
program = ${pythonLiteral(program)}
node = shutil.which("node") or ${pythonLiteral(node)}
recipe = ${pythonLiteral(recipeOf(recipe))}

if not os.path.exists(program):  # Unveil was updated since: its newest version beside that one
    beside = os.path.join(glob.escape(os.path.dirname(os.path.dirname(os.path.dirname(program)))), "*unveil*", "dist", "cli.js")
    program = max(glob.glob(beside), key=os.path.getmtime, default=program)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "recipe.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(recipe, file)
    done = subprocess.run(
        [node, program, ${pythonLiteral(commandOf(recipe))}, data, "--recipe", path, "--json", "-"],
        capture_output=True, encoding="utf-8", env={**os.environ, "ELECTRON_RUN_AS_NODE": "1"})
if done.returncode != 0:
    raise RuntimeError(done.stderr.strip())
report = json.loads(done.stdout)
words = [report["recipe"].get("target", report["model"].get("headline", "")) + " · " + os.path.basename(data), report["model"]["title"]]
for metric in (report.get("performance") or {}).get("metrics", []):
    low, high = metric.get("low"), metric.get("high")
    words.append(f'{metric["name"]} {metric["value"]:.4g}' + ("" if low is None or high is None else f" ({low:.4g} to {high:.4g})"))
words.append(${pythonLiteral(whereShown)})
display({${pythonLiteral(reportMime)}: report, "text/plain": "\\n".join(words)}, raw=True)`;
}
