import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { temporalSettingsFrom } from '../../worker/temporal/environment.js';
import { readCompose } from '../setting/compose-file.js';
import { Ground, ROOT } from './ground.js';
import { Part } from './part.js';

const run = promisify(execFile);
const { services } = readCompose('docker-compose.tls.yml', {});

describe('Temporal’s server as docker-compose.tls.yml sets it', () => {
  let ground: Ground;
  let server: Part;
  const logFile = () => path.join(ground.folder, 'temporal.log');
  const variablesOf = (name: string) => ({
    ...ground.environment(name),
    ...ground.machine.environment(services[name]?.environment),
  });
  /** Asks it what only those hear whom it knows. */
  const ask = async (variables: Readonly<Record<string, string>>) => {
    const { connectionOptions } = temporalSettingsFrom(variables);
    const connection = await Connection.connect({
      ...connectionOptions,
      connectTimeout: '5 seconds',
    });
    try {
      return await connection.workflowService.listNamespaces({});
    } finally {
      await connection.close();
    }
  };

  before(async () => {
    ground = await Ground.prepare();
    await run('sh', [`${ROOT}deploy/temporal/certificates.sh`, `${ground.folder}/secrets`]);
    const { TEMPORAL_ADDRESS = '', ...client } = variablesOf('namespace');
    server = new Part({
      name: 'temporal',
      command: [ground.binaries.server, 'start'],
      environment: { ...variablesOf('temporal'), DB: 'sqlite', SQLITE_MODE: 'memory' },
      // The compose file's own only sees that somebody listens.
      healthcheck: [
        'CMD',
        'env',
        ...assignments({ ...client, TEMPORAL_ADDRESS }),
        'temporal',
        ...HEALTH,
      ],
      logFile: logFile(),
    });
    await server.start();
  });
  after(async () => {
    await server?.stop();
    if (ground) rmSync(ground.folder, { recursive: true, force: true });
  });

  test('answers a worker that shows its certificate', async () => {
    const { namespaces } = await ask(variablesOf('worker'));
    assert.ok(namespaces?.some(({ namespaceInfo }) => namespaceInfo?.name === 'temporal-system'));
  });

  test('has its namespace set up by one that does', async () => {
    const { service } = ground;
    const [program = '', ...args] = service('namespace').command ?? [];
    const here = args.map((arg) => ground.machine.translated(arg));
    await run(program, here, { env: variablesOf('namespace') });
    const { namespaces } = await ask(variablesOf('worker'));
    assert.ok(namespaces?.some(({ namespaceInfo }) => namespaceInfo?.name === 'default'));
  });

  test('is who it says to its own parts too', () => {
    assert.doesNotMatch(readFileSync(logFile(), 'utf8'), /tls:|x509|handshake/i);
  });

  const strangers = {
    'speaks no TLS': /^(?!.)/,
    'has no certificate': /^TEMPORAL_TLS_(?!CLIENT)/,
  };
  for (const [what, kept] of Object.entries(strangers)) {
    test(`answers nobody who ${what}`, async () => {
      const { TEMPORAL_ADDRESS = '', ...others } = variablesOf('worker');
      const left = Object.entries(others).filter(([name]) => kept.test(name));
      await assert.rejects(ask({ TEMPORAL_ADDRESS, ...Object.fromEntries(left) }));
    });
  }
});

const HEALTH = ['operator', 'namespace', 'describe', '-n', 'temporal-system'];
const assignments = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`);
