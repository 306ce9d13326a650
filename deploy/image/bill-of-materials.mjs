/**
 * `npm run sbom`: writes what production is made of to `dist/`, as CycloneDX (`sbom.cdx.json`) and with every licence's
 * text (`licences.txt`). Ends with exit code 1 where a package's licence is none of those that we may ship.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Licences that ask for no more than that their text is passed on, which `licences.txt` does. */
const ACCEPTED = [
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND MIT',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Packages whose manifest names no licence, by what the file in them says. */
const BY_FILE = { unionfs: 'Unlicense' };
/** A megabyte, which is Node's own limit, is what a bill of some hundred packages comes close to. */
const READING = { encoding: 'utf8', maxBuffer: 2 ** 26 };
const LICENCE_FILE = /^(?:un)?licen[cs]e/i;

/** @returns {object} the packages that are installed but for development's, as CycloneDX 1.5 */
export function billOfMaterials() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // With development's: leaving it out, npm leaves out whatever it uses too, the SDK among that.
  const args = ['sbom', '--sbom-format=cyclonedx', '--include=dev'];
  const text = execFileSync(npm, args, { cwd: ROOT, ...READING });
  const { components, dependencies, metadata, ...bill } = JSON.parse(text);
  const shipped = components.filter((component) => !isOfDevelopment(component));
  const refs = new Set([...shipped, metadata.component].map((component) => component['bom-ref']));
  const among = (ref) => refs.has(ref);
  // The same packages give the same file: without a date, a number, and the name of the folder it was made in.
  const { serialNumber, ...rest } = bill;
  const { timestamp, component, ...about } = metadata;
  const { name } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return {
    ...rest,
    metadata: { ...about, component: { ...component, name } },
    components: shipped,
    dependencies: dependencies
      .filter(({ ref }) => among(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(among) })),
  };
}

const isOfDevelopment = ({ properties = [] }) =>
  properties.some(({ name }) => name === 'cdx:npm:package:development');

/**
 * @param {{name: string, licenses?: object[]}} component
 * @returns {string} SPDX, or `none`
 */
export function licenceOf({ name, licenses = [] }) {
  const named = licenses.map(({ license, expression }) => expression ?? license.id ?? license.name);
  return named[0] ?? BY_FILE[name] ?? 'none';
}

/** @returns {string[]} packages that may not be shipped, with the licence that they have */
export function refused(components) {
  return components
    .filter((component) => !ACCEPTED.includes(licenceOf(component)))
    .map((component) => `${component.name}@${component.version}: ${licenceOf(component)}`);
}

/** @returns {string} each package with its licence, and the text that came with it */
export function licenceTexts(components) {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const placeOf = ({ name, version }) =>
    Object.keys(packages).find(
      (place) => place.endsWith(`node_modules/${name}`) && packages[place].version === version,
    );
  return components
    .map((component) => {
      const title = `${component.name} ${component.version}: ${licenceOf(component)}`;
      const texts = textsIn(path.join(ROOT, placeOf(component)));
      return [title, '-'.repeat(title.length), ...texts].join('\n\n');
    })
    .join('\n\n\n');
}

/** @param {string} folder */
function textsIn(folder) {
  return readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bill = billOfMaterials();
  const mistakes = refused(bill.components);
  for (const mistake of mistakes) process.stderr.write(`licence not accepted: ${mistake}\n`);
  if (mistakes.length > 0) process.exit(1);
  const folder = path.join(ROOT, 'dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  writeFileSync(path.join(folder, 'licences.txt'), `${licenceTexts(bill.components)}\n`);
  process.stdout.write(
    `${bill.components.length} packages: dist/sbom.cdx.json, dist/licences.txt\n`,
  );
}
