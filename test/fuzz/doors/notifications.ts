import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { symmetricSignature } from '../../../activities/snap/signature.js';
import { startNotificationServer } from '../../../worker/doors/notifications/door.js';
import { notificationTokens } from '../../../worker/doors/notifications/token.js';
import { createLogger } from '../../../worker/logger.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { doorOf } from '../door.js';
import { change, changed, oddObject, oddText, oddValue } from '../texts.js';

const CLIENT = { clientId: 'BRN-0001', clientSecret: 'SK-fuzz' };
const PATH = '/v1.0/debit/notify';
const TOKEN_PATH = '/authorization/v1/access-token/b2b';
const NAMES = [
  'originalPartnerReferenceNo',
  'latestTransactionStatus',
  'amount',
  'value',
  'currency',
  'additionalInfo',
];
const HEADERS = [
  'x-timestamp',
  'x-partner-id',
  'x-external-id',
  'x-signature',
  'authorization',
  'content-type',
  'x-client-key',
];
/** DOKU's notifications, and what the Internet sends to the same port. */
export const notifications = doorOf('notifications', 6, async () => {
  const merchant = rsaPair();
  const tokens = notificationTokens({ clientId: CLIENT.clientId, privateKey: merchant.privateKey });
  let acted = 0;
  const server = await startNotificationServer({
    host: '127.0.0.1',
    port: 0,
    path: PATH,
    tokenPath: TOKEN_PATH,
    requestsASecond: 1_000_000,
    identity: {
      clientId: CLIENT.clientId,
      clientSecrets: [CLIENT.clientSecret],
      dokuPublicKeys: [rsaPair().publicKey],
      tokens,
    },
    act: async () => {
      acted++;
      return 'nudged';
    },
    logger: createLogger({ level: 'silent' }),
  });
  const accessToken = await tokens.issue();

  const genuine = (body: string) => {
    const timestamp = new Date().toISOString();
    const signed = { method: 'POST', path: PATH, accessToken, body, timestamp };
    return {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-partner-id': CLIENT.clientId,
      'x-external-id': randomUUID(),
      'x-signature': symmetricSignature({ ...signed, clientSecret: CLIENT.clientSecret }) ?? '',
      authorization: `Bearer ${accessToken}`,
    };
  };
  const post = async (path: string, headers: Record<string, string>, body: string) => {
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };

  return {
    inputs: fc.record({
      path: fc.constantFrom(PATH, PATH, PATH, TOKEN_PATH, '/', '/%00', `${PATH}?a=1`),
      body: oddObject(NAMES, oddValue(NAMES)),
      reference: fc.constantFrom('INV-1', undefined),
      change,
      forged: fc.option(fc.record({ header: fc.constantFrom(...HEADERS), value: oddText })),
    }),
    takes: async ({ path, body: fields, reference, change: how, forged }) => {
      const signed = JSON.stringify({
        ...fields,
        ...(reference && { originalPartnerReferenceNo: reference }),
      });
      const body = changed(signed, how);
      const headers = {
        ...genuine(signed),
        ...(forged && { [forged.header]: inHeader(forged.value) }),
      };
      const before = acted;
      const status = await post(path, headers, body);
      assert.ok(status < 500, `HTTP ${status}`);
      const isGenuine = path === PATH && body === signed && forged === null;
      if (isGenuine && reference && isPlain(fields))
        assert.equal(status, 200, 'a genuine one was refused');
      // A query says nothing, and what a proxy adds may be left out of what is signed.
      const isTheirs = path.replace(/\?.*/, '') === PATH;
      const mayAct = isTheirs && isBelieved(signed, body) && mayDiffer(forged);
      assert.ok(acted === before || mayAct, 'a forged notification was believed');
    },
    close: () => server.close(),
  };
});

/** What `fetch` lets through. */
const inHeader = (text: string) => text.replace(/[^\x21-\x7e]/g, '').slice(0, 200);

/** DOKU does not sign these; a header that is right but for its blanks is right. */
const mayDiffer = (forged: { header: string } | null) =>
  forged === null ||
  !['x-timestamp', 'x-partner-id', 'x-signature', 'authorization'].includes(forged.header);

/** With nothing in it that makes it another notification, or none. */
const isPlain = (fields: object) => Object.keys(fields).every((name) => !NAMES.includes(name));

/** Blanks and escapes may differ from what was signed. */
function isBelieved(signed: string, body: string): boolean {
  try {
    return JSON.stringify(JSON.parse(signed)) === JSON.stringify(JSON.parse(body));
  } catch {
    return signed === body;
  }
}
