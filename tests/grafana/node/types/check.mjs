// What TypeScript says of dashboards: the same complaints as `tsc`, about each of them as a literal of `dashboard.ts`.
//
// Reads `{name: dashboard}` as JSON from the standard input, and writes `{name: [complaint]}`; whatever is wrong with the
// types themselves stands under "". A dashboard is written out as source text, since in an imported JSON file each text
// is just some text, and a wrong word of an enum would pass.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder = dirname(fileURLToPath(import.meta.url));
const dashboards = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
const literals = new Map(dashboards.map(([name, data], index) => [join(folder, `literal-${index}.ts`), { name, text: literal(data) }]));

function literal(data) {
  return `import type { Checked } from './dashboard';\nexport const dashboard: Checked = ${JSON.stringify(data, null, 2)};\n`;
}

// The literals are files that only the compiler sees.
function hostOf(options) {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  return {
    ...host,
    fileExists: (path) => literals.has(path) || fileExists(path),
    readFile: (path) => literals.get(path)?.text ?? readFile(path),
    getSourceFile: (path, version, ...more) =>
      literals.has(path) ? ts.createSourceFile(path, literals.get(path).text, version) : getSourceFile(path, version, ...more),
  };
}

function complaint({ file, start, messageText }) {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (file === undefined) return message;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${file.text.split('\n')[line].trim()}: ${message}`;
}

const path = join(folder, 'tsconfig.json');
const config = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, folder);
const program = ts.createProgram([...config.fileNames, ...literals.keys()], config.options, hostOf(config.options));
const told = Object.fromEntries([['', config.errors.map(complaint)], ...dashboards.map(([name]) => [name, []])]);
for (const found of ts.getPreEmitDiagnostics(program)) {
  told[literals.get(found.file?.fileName)?.name ?? ''].push(complaint(found));
}
console.log(JSON.stringify(told));
