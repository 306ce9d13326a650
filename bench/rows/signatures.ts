import { createHash, createHmac } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as snap from '../../activities/snap/index.js';
import { builtProduct } from '../build.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { ratioOf, spreadOf } from '../spread.js';

/** What the symmetric signature costs beside the two hashes that it is made of. */
export const signatures: Bench = {
  name: 'signatures',
  method:
    'CPU of making and of verifying the symmetric signature of a Purchase Web, beside `createHash` and `createHmac` alone over the same bytes, as often.',
  run: measured,
};

const BODY = JSON.stringify({
  partnerReferenceNo: 'INV-2026-0001',
  amount: { value: '25000.00', currency: 'IDR' },
  urlParams: [{ url: 'https://merchant.example/return', type: 'PAY_RETURN', isDeeplink: 'N' }],
  payOptionDetails: [{ payMethod: 'DOKU', payOption: 'DOKU' }],
});
const SIGNED = {
  method: 'POST',
  path: '/snap-adapter/b2b2c/v1.0/debit/payment-host-to-host',
  accessToken: 'b'.repeat(400),
  body: BODY,
  timestamp: '2026-11-25T13:00:00+07:00',
  clientSecret: 'SK-bench-secret-0001',
};
const TURN = 5_000;

async function measured({ isQuick, say }: BenchOptions): Promise<Row[]> {
  const { symmetricSignature, verifySymmetricSignature } = await product(say);
  const given = { ...SIGNED, signature: symmetricSignature(SIGNED) };
  if (!verifySymmetricSignature(given)) throw new Error('a good signature was refused');
  const work = {
    sign: () => symmetricSignature(SIGNED),
    verify: () => verifySymmetricSignature(given),
    hashes,
  };
  const seen = { sign: [] as number[], verify: [] as number[], hashes: [] as number[] };
  const turns = isQuick ? 6 : 60;
  for (let turn = -5; turn < turns; turn++) {
    for (const name of ['sign', 'hashes', 'verify'] as const) {
      const us = cpuUsOf(work[name]);
      // The first turns are the compiler's.
      if (turn >= 0) seen[name].push(us);
    }
  }
  const both = seen.sign.map((us, turn) => us + (seen.verify[turn] ?? 0));
  const twice = seen.hashes.map((us) => 2 * us);
  return [
    row('sign', seen.sign, seen.hashes),
    row('verify', seen.verify, seen.hashes),
    row('sign and verify', both, twice, 2),
  ];
}

async function product(say: (text: string) => void): Promise<typeof snap> {
  const folder = await builtProduct(say);
  return import(pathToFileURL(path.join(folder, 'activities', 'snap', 'index.js')).href);
}

/** What nobody can do without. */
function hashes(): string {
  const { method, path: signedPath, accessToken, body, timestamp, clientSecret } = SIGNED;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  return createHmac('sha512', clientSecret)
    .update(`${method}:${signedPath}:${accessToken}:${bodyHash}:${timestamp}`)
    .digest('base64');
}

function cpuUsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < TURN; index++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TURN;
}

function row(what: string, ours: number[], bare: number[], bound?: number): Row {
  const ratio = ratioOf(ours, bare);
  return {
    what: `CPU: ${what}`,
    unit: 'µs',
    ours: spreadOf(ours),
    peer: { name: 'hashes alone', spread: spreadOf(bare) },
    ratio,
    ...(bound !== undefined && { goal: goal('most', bound, ratio.median) }),
  };
}
