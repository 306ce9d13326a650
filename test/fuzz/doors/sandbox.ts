import assert from 'node:assert/strict';
import fc from 'fast-check';
import { snapSettings } from '../../../activities/snap/settings.js';
import { startSandbox } from '../../../sandbox/server.js';
import { SignedCaller } from '../../setting/signed-caller.js';
import { doorOf } from '../door.js';
import { change, changed, oddObject, oddText, oddValue } from '../texts.js';

const NAMES = [
  'partnerReferenceNo',
  'originalPartnerReferenceNo',
  'amount',
  'value',
  'currency',
  'additionalInfo',
  'accountId',
  'otp',
  'phoneNo',
  'name',
  'email',
  'redirectUrl',
  'successParams',
  'customerNumber',
  'partnerRefundNo',
  'reason',
  'grantType',
];
const CONTROL = ['accounts', 'customers', 'faults', 'temperaments', 'clock', 'otp'];

/** The sandbox is a door too: it serves whole teams. Signed rightly, so that what is within is looked at. */
export const sandbox = doorOf('sandbox', 2, async () => {
  const started = await startSandbox({ port: 0 });
  const caller = await new SignedCaller(started).signIn();
  const paths = Object.values(snapSettings().paths);
  return {
    inputs: fc.record({
      path: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...paths) },
        { weight: 1, arbitrary: fc.constantFrom(...CONTROL).map((name) => `/_control/${name}`) },
      ),
      body: oddObject(NAMES, oddValue(NAMES)),
      change,
      token: oddText,
    }),
    takes: async ({ path, body, change: how, token }) => {
      const raw = changed(JSON.stringify(body), how);
      const headers = {
        ...caller.signed(path, raw),
        'authorization-customer': token.replace(/[^\x21-\x7e]/g, ''),
      };
      const answer = await fetch(`${started.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: raw,
      });
      await answer.arrayBuffer();
      assert.ok(answer.status < 500, `HTTP ${answer.status}`);
    },
    close: () => started.close(),
  };
});
