import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { licenceTexts } from '../../deploy/image/bill-of-materials.mjs';

const PACKAGE = /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The licences, with their texts, of the packages that bundles have in them: whoever passes the bundles on passes these on. */
export async function bundledLicences(
  root: string,
  metafiles: readonly Metafile[],
): Promise<string> {
  const files = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const places = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const components = [];
  for (const place of [...places].sort()) {
    const manifest = path.join(root, place, 'package.json');
    const { name, version, license } = JSON.parse(await readFile(manifest, 'utf8'));
    components.push({ name, version, licenses: [{ license: { id: license } }] });
  }
  return `${licenceTexts(components)}\n`;
}
