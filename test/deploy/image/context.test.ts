import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

const text = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const linesOf = (file: string) =>
  text(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('.dockerignore', () => {
  const [first, ...rules] = linesOf('.dockerignore');
  const given = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));

  test('gives the builder nothing but what is named', () => {
    assert.equal(first, '*');
    for (const rule of given) assert.doesNotMatch(rule, /\*/);
  });

  test('names what the build takes, and nothing else', () => {
    const { include } = JSON.parse(text('tsconfig.build.json'));
    const files = [
      '.npmrc',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ];
    assert.deepEqual(given.sort(), [...files, ...include, 'deploy/image'].sort());
  });

  test('holds back what may lie among that by mistake', () => {
    const held = rules.filter((rule) => !rule.startsWith('!'));
    assert.deepEqual(held, ['**/.env*', '**/*.pem', '**/*.key']);
    assert.deepEqual(rules.slice(-held.length), held);
  });
});

describe('deploy/Dockerfile', () => {
  const stages = text('deploy/Dockerfile')
    .split(/^(?=FROM )/m)
    .slice(1);
  const [base = '', build = '', runtime = '', sandbox = '', production = ''] = stages;

  test('makes the image of production where no target is named', () => {
    assert.match(
      stages.at(-1) ?? '',
      /^FROM runtime AS production\nCMD \["node", "dist\/worker\/main\.js"\]/,
    );
    assert.match(sandbox, /^FROM runtime AS sandbox\nCOPY --from=build \/sandbox /);
    assert.doesNotMatch(`${runtime}${production}`, /sandbox"|\/sandbox /);
  });

  test('puts neither development nor the sandbox nor other systems’ modules into it', () => {
    const steps = [
      'npm run build',
      'npm run sbom',
      'npm prune --omit=dev',
      'node deploy/image/foreign-binaries.mjs node_modules',
      'mv dist/sandbox /sandbox',
    ];
    const places = steps.map((step) => build.indexOf(step));
    assert.deepEqual(
      places,
      [...places].filter((place) => place > 0).sort((a, b) => a - b),
    );
    const copied = [...runtime.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(
      ([, from]) => from,
    );
    assert.deepEqual(copied, ['package.json', 'node_modules', 'dist']);
  });

  test('runs as nobody special, by number', () => {
    assert.match(runtime, /^USER 1000:1000$/m);
    assert.match(base, /^FROM node:\d+\.\d+\S* AS base$/m);
  });
});
