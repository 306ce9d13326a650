/**
 * An authority and a server's certificate, made at run time: Node reads X.509 and writes none.
 *
 * @module
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface ServerCertificate {
  /** PEM of the authority that signed it. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

interface Holder {
  readonly name: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** A new authority's certificate for `localhost` and 127.0.0.1. */
export function serverCertificate(): ServerCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = named('Test authority');
  const ca = signed(issuer, authority.privateKey, {
    name: issuer,
    publicKey: authority.publicKey,
    extensions: [extension('2.5.29.19', sequence(BOOLEAN_TRUE))],
  });
  const names = sequence(
    tagged(0x82, Buffer.from('localhost')),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const cert = signed(issuer, authority.privateKey, {
    name: named('localhost'),
    publicKey: server.publicKey,
    extensions: [extension('2.5.29.17', names)],
  });
  return { ca, cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function signed(issuer: Buffer, key: KeyObject, holder: Holder): string {
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const day = 86_400_000;
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer,
    sequence(time(Date.now() - day), time(Date.now() + day)),
    holder.name,
    holder.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...holder.extensions)),
  );
  const der = sequence(body, algorithm, bitString(sign('sha256', body, key)));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const BOOLEAN_TRUE = Buffer.from([1, 1, 0xff]);

const named = (commonName: string) =>
  sequence(
    tagged(0x31, sequence(objectIdentifier('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))),
  );

const extension = (identifier: string, value: Buffer) =>
  sequence(objectIdentifier(identifier), tagged(0x04, value));

/** DER: a tag, a length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer) => tagged(0x02, bytes);
const bitString = (bytes: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
const time = (at: number) =>
  tagged(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')}`));

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const sevens = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) sevens.unshift((left & 0x7f) | 0x80);
    bytes.push(...sevens);
  }
  return tagged(0x06, Buffer.from(bytes));
}
