import crypto from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.js';

const SHA256_WITH_ECDSA = der.sequence(der.identifier('1.2.840.10045.4.3.2'));
const COMMON_NAME = '2.5.4.3';
const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

/** A server's certificate and its key, in PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority made at start, for this sandbox alone. */
export class Authority {
  readonly #name = nameOf(`DOKU sandbox CA ${crypto.randomBytes(4).toString('hex')}`);
  readonly #keys = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #certificate = this.#sign(this.#name, this.#keys.publicKey, [
    extension('2.5.29.19', true, der.sequence(der.boolean(true))),
    // keyCertSign and cRLSign.
    extension('2.5.29.15', true, der.bits(Buffer.of(0b0000_0110), 1)),
  ]);

  /** What a client must trust. */
  get pem(): string {
    return pemOf(this.#certificate);
  }

  /** @param hosts - names and IP addresses. */
  issue(hosts: readonly string[]): Credentials {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = this.#sign(nameOf(hosts[0] ?? 'localhost'), publicKey, [
      extension('2.5.29.19', true, der.sequence()),
      extension('2.5.29.15', true, der.bits(Buffer.of(0b1000_0000), 7)),
      extension('2.5.29.37', false, der.sequence(der.identifier('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', false, der.sequence(...hosts.map(alternative))),
    ]);
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: pemOf(certificate) + this.pem, key };
  }

  #sign(subject: Buffer, key: crypto.KeyObject, extensions: readonly Buffer[]): Buffer {
    const spki = key.export({ type: 'spki', format: 'der' });
    const issuer = keyIdOf(this.#keys.publicKey.export({ type: 'spki', format: 'der' }));
    const now = Date.now();
    const content = der.sequence(
      der.tagged(0, der.integer(Buffer.of(2))),
      der.integer(Buffer.concat([Buffer.of(1), crypto.randomBytes(15)])),
      SHA256_WITH_ECDSA,
      this.#name,
      der.sequence(der.time(now - DAY_MS), der.time(now + VALID_DAYS * DAY_MS)),
      subject,
      spki,
      der.tagged(
        3,
        der.sequence(
          ...extensions,
          extension('2.5.29.14', false, der.octets(keyIdOf(spki))),
          extension('2.5.29.35', false, der.sequence(der.implicit(0, issuer))),
        ),
      ),
    );
    const signature = crypto.sign('sha256', content, this.#keys.privateKey);
    return der.sequence(content, SHA256_WITH_ECDSA, der.bits(signature));
  }
}

const nameOf = (commonName: string) =>
  der.sequence(der.set(der.sequence(der.identifier(COMMON_NAME), der.text(commonName))));

const extension = (identifier: string, isCritical: boolean, value: Buffer) =>
  der.sequence(
    der.identifier(identifier),
    ...(isCritical ? [der.boolean(true)] : []),
    der.octets(value),
  );

const keyIdOf = (spki: Buffer) => crypto.createHash('sha1').update(spki).digest();

/** A subject's alternative name: dNSName or iPAddress. */
function alternative(host: string): Buffer {
  if (isIP(host) === 0) return der.implicit(2, Buffer.from(host, 'ascii'));
  if (isIP(host) === 4) return der.implicit(7, Buffer.from(host.split('.').map(Number)));
  return der.implicit(7, ipv6(host));
}

function ipv6(host: string): Buffer {
  const [head = '', tail] = host.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(8 - groups(head).length - last.length).fill('0');
  const all = [...groups(head), ...(tail === undefined ? [] : zeros), ...last];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

const pemOf = (certificate: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
