import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a local stack has written into its `dev.env`; nothing before that. */
export function devEnvironmentIn(folder: string): Readonly<Record<string, string | undefined>> {
  const file = path.join(folder, '.local', 'dev.env');
  if (!existsSync(file)) return {};
  const lines = [...readFileSync(file, 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}
