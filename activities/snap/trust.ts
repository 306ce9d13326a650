/**
 * Whom connections to DOKU trust, and as whom they present themselves.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { SnapSettings } from './settings.js';

/**
 * Made once: every connection would else parse all authorities again.
 *
 * @throws Error that names the setting whose file cannot be read, or is not what it should be.
 */
export function trustOf(settings: SnapSettings): { readonly secureContext?: SecureContext } {
  const authority = authorityIn(settings);
  const own = ownCertificateIn(settings);
  if (authority === undefined && own === undefined) return {};
  return {
    secureContext: secureContext(authority === undefined ? 'clientKeyFile' : 'caFile', {
      ...(authority !== undefined && { ca: [...rootCertificates, authority] }),
      ...own,
    }),
  };
}

/** For a proxy that is reached by TLS: it never sees our own certificate. */
export function trustOfProxy(settings: SnapSettings): { readonly secureContext?: SecureContext } {
  const { clientCertificateFile: _certificate, clientKeyFile: _key, ...rest } = settings;
  return trustOf(rest as SnapSettings);
}

function authorityIn({ ca, caFile }: SnapSettings): string | undefined {
  if (caFile === undefined) return ca;
  const pem = fileOf('caFile', caFile);
  // Node takes a file without a certificate for an empty list.
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error('caFile: holds no certificate in PEM');
  return pem;
}

function ownCertificateIn({ clientCertificateFile, clientKeyFile }: SnapSettings) {
  if (clientCertificateFile === undefined || clientKeyFile === undefined) return undefined;
  const cert = fileOf('clientCertificateFile', clientCertificateFile);
  const key = fileOf('clientKeyFile', clientKeyFile);
  secureContext('clientCertificateFile', { cert });
  secureContext('clientKeyFile', { key, cert });
  return { cert, key };
}

function fileOf(setting: keyof SnapSettings, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${setting}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function secureContext(
  setting: keyof SnapSettings,
  options: Parameters<typeof createSecureContext>[0],
): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    // OpenSSL's words hold no part of what it read.
    const why = (error as NodeJS.ErrnoException).code ?? 'not PEM';
    throw new Error(`${setting}: cannot be used (${why})`);
  }
}
