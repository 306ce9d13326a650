import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build, type Format } from 'esbuild';
import { publint } from 'publint';
import type { Stack } from '../../worker/local/stack.js';
import { EmptyProject, ended, run } from '../setting/empty-project.js';
import { newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = fileURLToPath(new URL('project', import.meta.url));
/** The text at apache.org/licenses, by its SHA-256. */
const APACHE_2 = 'cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30';
/** The oldest supported Node cannot `require` an ES module. */
const AS_OLDEST = ['--no-experimental-require-module'].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

/** A backend is spared the worker's 150 MB: that it sells all the same shows that it needs nothing of them. */
const WITHOUT_WORKER = {
  overrides: { '@temporalio/worker': 'file:./no-worker' },
  devDependencies: { jest: '^30.0.0', vitest: '^3.2.0' },
};

/** What a backend's bundle has no use for. */
const WORKERS = [
  '@temporalio/worker',
  '@temporalio/workflow',
  '@temporalio/activity',
  'fastify',
  'pino',
];

/** What attw works with. */
const ofAttw = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'));
const { minVersion, satisfies } = ofAttw('semver') as {
  minVersion: (range: string) => { version: string } | null;
  satisfies: (version: string, range: string) => boolean;
};
/** TypeScript as the package's users have it, which knew `node10` still. */
const OLDER_TSC = ofAttw.resolve('typescript/lib/tsc.js');
/** How a project of each kind has its modules. */
const MODULES = { node10: 'commonjs', node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' };
const TSC = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** What a declaration imports. */
const IMPORTED = /(?:\bfrom |\bimport\()\s*['"]([^'"]+)['"]/g;

let project: EmptyProject;
before(async () => {
  project = await EmptyProject.create();
});
after(() => project?.remove());

describe('the tarball', () => {
  const tarball = () => new Uint8Array(readFileSync(project.tarball));

  test('has the licence that it names, what a reader wants to know, and the product', () => {
    const content = createPackageFromTarballData(tarball());
    const root = '/node_modules/doku-journeys/';
    const names = new Set(
      content.listFiles().map((file) => file.slice(root.length).replace(/\/.*/s, '/')),
    );
    assert.deepEqual([...names].sort(), [
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'dist/',
      'docs/',
      'examples/',
      'package.json',
      'schemas/',
    ]);
    const { license, private: isPrivate } = JSON.parse(content.readFile(`${root}package.json`));
    assert.deepEqual([license, isPrivate], ['Apache-2.0', undefined]);
    const digest = createHash('sha256')
      .update(content.readFile(`${root}LICENSE`))
      .digest('hex');
    assert.equal(digest, APACHE_2);
  });

  /** Where all of that is there, what `tsc` wrote is right: it need not look at every package's declarations again. */
  test('has declarations that name only files of its own and packages that come along', () => {
    const content = createPackageFromTarballData(tarball());
    const files = new Set(content.listFiles());
    const manifest = JSON.parse(content.readFile('/node_modules/doku-journeys/package.json'));
    const { name: own, dependencies, peerDependencies } = manifest;
    // Examples in comments import the package by its own name.
    const packages = [own, ...Object.keys({ ...dependencies, ...peerDependencies })];
    const isThere = (file: string, name: string) =>
      name.startsWith('.')
        ? files.has(path.posix.join(path.posix.dirname(file), name.replace(/\.js$/, '.d.ts')))
        : name.startsWith('node:') || packages.some((of) => `${name}/`.startsWith(`${of}/`));
    const named = [...files]
      .filter((file) => file.endsWith('.d.ts'))
      .flatMap((file) =>
        [...content.readFile(file).matchAll(IMPORTED)].map(
          ([, name = '']) => [file, name] as const,
        ),
      );
    assert.ok(named.length > 100);
    assert.deepEqual(
      named.filter((one) => !isThere(...one)),
      [],
    );
  });

  test('has nothing that publint would change', async () => {
    const { messages } = await publint({ pack: { tarball: tarball().buffer } });
    assert.deepEqual(messages, []);
  });

  test('has the right types for everybody, as attw has it', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(tarball()));
    assert.ok(analysis.types);
    assert.deepEqual(analysis.problems, []);
  });
});

describe('an empty project that installs the package', () => {
  let stack: Stack;
  let environment: Record<string, string>;
  let unreachable: string | undefined;

  before(async () => {
    project.write('no-worker/package.json', '{ "name": "no-worker", "version": "1.24.0" }');
    unreachable = await project.install(WITHOUT_WORKER);
    if (unreachable) return;
    for (const format of ['esm', 'cjs'] as const) await written(format);
    const payloadKeys = newPayloadKey();
    const started = await startQuickStack({ PAYLOAD_KEYS: payloadKeys });
    stack = started;
    environment = {
      TEMPORAL_ADDRESS: stack.temporal.address,
      PAYLOAD_KEYS: payloadKeys,
      SANDBOX_URL: stack.sandbox.url,
      CUSTOMER_ID: (await started.shop.boundCustomer()).customerId,
    };
  });
  after(async () => {
    await stack?.stop();
  });

  /** The backend as its author would have it compiled, file by file. */
  async function written(format: Format): Promise<void> {
    const outdir = path.join(project.folder, format);
    cpSync(SOURCES, outdir, { recursive: true });
    const entryPoints = readdirSync(SOURCES).map((name) => path.join(outdir, name));
    await build({ entryPoints, outdir, format, platform: 'node', target: 'node20.3' });
    const type = format === 'esm' ? 'module' : 'commonjs';
    writeFileSync(path.join(outdir, 'package.json'), `{ "type": "${type}" }`);
  }

  /** The backend with all that it needs in one file, in a folder of its own. */
  async function bundled(format: Format, banner: string) {
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-one-file-'));
    const file = path.join(folder, format === 'esm' ? 'shop.mjs' : 'shop.cjs');
    const { metafile, warnings } = await build({
      absWorkingDir: project.folder,
      entryPoints: [path.join('esm', 'main.js')],
      outfile: file,
      bundle: true,
      format,
      platform: 'node',
      target: 'node20.3',
      banner: { js: banner },
      metafile: true,
      logLevel: 'silent',
    });
    return { folder, file, warnings, inputs: Object.keys(metafile.inputs) };
  }

  const sells = (name: string, sell: (context: TestContext) => Promise<void> | void) =>
    test(`sells ${name}`, (context) => {
      if (unreachable) context.skip(unreachable);
      else return sell(context);
    });
  const SOLD = /purchase\/INV-\S+ ended paid/;
  const node = (args: readonly string[], cwd = project.folder) =>
    run(process.execPath, [...AS_OLDEST, ...args], cwd, environment);

  sells('with import', async () => assert.match(await node(['esm/main.js']), SOLD));
  sells('with require', async () => assert.match(await node(['cjs/main.js']), SOLD));

  test('takes no package that the oldest supported Node is too old for', (context) => {
    if (unreachable) return context.skip(unreachable);
    const { packages } = JSON.parse(
      readFileSync(path.join(project.folder, 'package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { dev?: boolean; engines?: { node?: string } }> };
    const { engines } = packages['node_modules/doku-journeys'] ?? {};
    const oldest = minVersion(engines?.node ?? '')?.version ?? '';
    const tooOld = Object.entries(packages).filter(
      ([, { dev, engines: its }]) => !dev && !satisfies(oldest, its?.node ?? '*'),
    );
    assert.deepEqual(tooOld, []);
  });

  test('has the JSON Schemas, to import and to require', async (context) => {
    if (unreachable) return context.skip(unreachable);
    const name = 'doku-journeys/schemas/purchase/input.json';
    const code = `
      import { createRequire } from 'node:module';
      const type = { type: 'json' };
      // "assert" is what the oldest supported Node calls it.
      const { default: imported } = await import('${name}', { with: type, assert: type });
      const required = createRequire(process.cwd() + '/shop.js')('${name}');
      console.log(JSON.stringify([imported.$id, required.$id]));
    `;
    const { $id } = JSON.parse(
      readFileSync(path.join(ROOT, 'schemas/purchase/input.json'), 'utf8'),
    );
    assert.ok($id);
    assert.deepEqual(JSON.parse(await node(['--input-type=module', '--eval', code])), [$id, $id]);
  });

  const REQUIRE =
    "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  for (const [format, banner] of [
    ['cjs', ''],
    ['esm', REQUIRE],
  ] as const)
    sells(
      `from one file of esbuild's, as ${format}, that has nothing of a worker's in it`,
      async () => {
        const { folder, file, warnings, inputs } = await bundled(format, banner);
        try {
          assert.deepEqual(warnings, []);
          const packages = inputs.flatMap(
            (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
          );
          for (const name of WORKERS) assert.ok(!packages.includes(name), name);
          assert.match(await node([file], folder), SOLD);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );

  sells('in Jest', async () => {
    const jest = path.join('node_modules', 'jest', 'bin', 'jest.js');
    await node([jest, '--rootDir=cjs', '--testMatch=**/*.spec.js', '--watchman=false']);
  });
  sells('in Vitest', async () => {
    const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
    await node([vitest, 'run', '--globals', '--root=esm']);
  });

  for (const [resolution, module] of Object.entries(MODULES))
    test(`is compiled with module resolution ${resolution}`, async (context) => {
      if (unreachable) return context.skip(unreachable);
      const { said } = await ended(
        process.execPath,
        [
          ...[
            ...(resolution === 'node10' ? [OLDER_TSC] : [TSC, '--singleThreaded']),
            '--noEmit',
            '--strict',
            '--target',
            'es2022',
            '--skipLibCheck',
          ],
          ...['--module', module, '--moduleResolution', resolution],
          ...['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules', '@types')],
          ...['esm', 'cjs'].map((format) => path.join(format, 'main.ts')),
        ],
        project.folder,
      );
      const ours = said
        .split('\n')
        .filter((line) => /^(?!node_modules\/(?!doku-journeys\/)).*: error /.test(line));
      assert.deepEqual(ours, []);
    });
});
