import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  ConfigurationError,
  configurationFrom,
} from '../../../worker/configuration/environment.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { newPayloadKey } from '../../setting/payload-keys.js';
import { WorkerProcess } from '../../setting/worker-process.js';

const { privateKey } = rsaPair();
const GOOD = {
  DOKU_CLIENT_ID: 'BRN-1',
  DOKU_CLIENT_SECRET: 'SK-secret',
  DOKU_PRIVATE_KEY: privateKey,
  PAYLOAD_KEYS: newPayloadKey('k1'),
};

describe('the configuration', () => {
  test('has defaults for all but the credentials and the payload keys', () => {
    const configuration = configurationFrom(GOOD);
    assert.equal(configuration.DOKU_TASK_QUEUE, 'doku-journeys');
    assert.equal(configuration.snap.baseUrl, 'https://api-sandbox.doku.com');
  });

  test('reports every mistake at once, by name and never by value', () => {
    const bad = {
      ...GOOD,
      DOKU_CLIENT_ID: undefined,
      DOKU_PRIVATE_KEY: 'top-secret-but-no-key',
      PAYLOAD_KEYS: 'k1:c2hvcnQ=',
      HEALTH_PORT: '99999999',
      LOG_LEVEL: 'loud',
      DOKU_SNAP_SETTINGS: '{oops',
    };
    const error = (() => {
      try {
        return configurationFrom(bad);
      } catch (reason) {
        return reason;
      }
    })();
    assert.ok(error instanceof ConfigurationError);
    for (const name of [
      'DOKU_CLIENT_ID: is missing',
      'DOKU_PRIVATE_KEY:',
      'PAYLOAD_KEYS: key "k1"',
      'HEALTH_PORT:',
      'LOG_LEVEL:',
      'DOKU_SNAP_SETTINGS: must be JSON',
    ]) {
      assert.ok(error.message.includes(name), `${name} in ${error.message}`);
    }
    for (const value of ['top-secret', 'c2hvcnQ', 'loud', 'oops'])
      assert.ok(!error.message.includes(value), value);
  });

  test('names a wrong SNAP setting by its path', () => {
    const settings = JSON.stringify({ purchaseServiceCode: 'x', paths: { purchase: 'y' } });
    assert.throws(
      () =>
        configurationFrom({
          ...GOOD,
          DOKU_SNAP_SETTINGS: settings,
          DOKU_BASE_URL: 'http://api.doku.com',
        }),
      /DOKU_BASE_URL: must be https[\s\S]*DOKU_SNAP_SETTINGS\.paths\.purchase[\s\S]*DOKU_SNAP_SETTINGS\.purchaseServiceCode/,
    );
  });

  test('refuses a way to DOKU that cannot work, without a word of it', (t) => {
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = 'socks5://ani:geheim@proxy:1080';
    t.after(() => {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    });
    const settings = JSON.stringify({
      clientCertificateFile: '/nowhere',
      clientKeyFile: '/nowhere',
    });
    assert.throws(
      () => configurationFrom({ ...GOOD, DOKU_SNAP_SETTINGS: settings }),
      (error: Error) =>
        /HTTPS_PROXY: must be/.test(error.message) &&
        /DOKU_SNAP_SETTINGS\.clientCertificateFile: cannot be read/.test(error.message) &&
        !error.message.includes('geheim'),
    );
    assert.ok(configurationFrom({ ...GOOD, DOKU_BASE_URL: 'http://127.0.0.1:1' }));
  });

  test('reads secrets from files, as platforms mount them', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'doku-configuration-')), 'secret');
    writeFileSync(file, 'SK-from-file\n');
    const { DOKU_CLIENT_SECRET: _inline, ...rest } = GOOD;
    assert.equal(
      configurationFrom({ ...rest, DOKU_CLIENT_SECRET_FILE: file }).DOKU_CLIENT_SECRET,
      'SK-from-file',
    );
    assert.throws(
      () => configurationFrom({ ...rest, DOKU_CLIENT_SECRET_FILE: '/nowhere' }),
      /DOKU_CLIENT_SECRET_FILE: cannot be read/,
    );
  });
});

describe("the configuration of DOKU's notifications", () => {
  test('trusts no proxy unless its address is named', () => {
    assert.deepEqual(configurationFrom(GOOD).TRUST_PROXY, []);
    assert.deepEqual(
      configurationFrom({
        ...GOOD,
        NOTIFICATIONS_PORT: '8082',
        DOKU_PUBLIC_KEY: rsaPair().publicKey,
        TRUST_PROXY: '10.0.0.0/8, ::1,192.0.2.1',
      }).TRUST_PROXY,
      ['10.0.0.0/8', '::1', '192.0.2.1'],
    );
    for (const everybody of ['true', '1', '*', 'proxy.example', '[a:b/1', '1.1.1.1/'])
      assert.throws(
        () => configurationFrom({ ...GOOD, TRUST_PROXY: everybody }),
        /TRUST_PROXY\.0: must be IP addresses or CIDRs/,
      );
  });

  test('takes a second secret and key, whose files may be missing or empty', () => {
    const empty = path.join(mkdtempSync(path.join(tmpdir(), 'doku-configuration-')), 'empty');
    writeFileSync(empty, '\n');
    const { publicKey: dokus } = rsaPair();
    const second = configurationFrom({
      ...GOOD,
      DOKU_SECOND_CLIENT_SECRET_FILE: '/nowhere',
      DOKU_SECOND_PRIVATE_KEY_FILE: empty,
      DOKU_SECOND_PUBLIC_KEY: dokus,
      NOTIFICATIONS_PORT: '8082',
      DOKU_PUBLIC_KEY: rsaPair().publicKey,
    });
    assert.equal(second.DOKU_SECOND_CLIENT_SECRET, undefined);
    assert.equal(second.DOKU_SECOND_PRIVATE_KEY, undefined);
    assert.equal(second.DOKU_SECOND_PUBLIC_KEY, dokus);
    assert.throws(
      () => configurationFrom({ ...GOOD, DOKU_SECOND_PRIVATE_KEY: 'no key' }),
      /DOKU_SECOND_PRIVATE_KEY: /,
    );
  });
});

describe('the worker process', () => {
  test('ends with the list of mistakes when it is configured wrongly', async () => {
    const worker = new WorkerProcess({ DOKU_CLIENT_ID: '', TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.equal(await worker.exited(), 1);
    assert.match(worker.output, /worker: the configuration has \d+ mistake\(s\)/);
  });

  test('says where it looked for Temporal when nobody answers', async () => {
    const worker = new WorkerProcess({ ...GOOD, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.equal(await worker.exited(), 1);
    assert.match(worker.output, /Temporal does not answer at 127\.0\.0\.1:1/);
  });
});
