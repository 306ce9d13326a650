/**
 * A request as it arrived: its bytes, its headers each once, and the paths that its sender may have signed.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { valuesOf } from '../raw-headers.js';
import { NotificationRefusal, type ServiceCode } from './refusal.js';

export interface ArrivedNotification {
  readonly serviceCode: ServiceCode;
  /** As signed, with the query and without it: SNAP signs it, some libraries of DOKU's do not. */
  readonly signedPaths: readonly string[];
  /** Names and values in turn, as Node's `rawHeaders`: before what came twice was joined or dropped. */
  readonly rawHeaders: readonly string[];
  readonly rawBody: Uint8Array;
}

/** Of an absolute request line, as proxies write it. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** @returns path and query of a request line. */
export function targetOf(url: string): string {
  const target = url.replace(ORIGIN, '');
  return target.startsWith('/') ? target : `/${target}`;
}

/** @param signedPath - where DOKU calls another path than the one that arrives. */
export function signedPathsOf(target: string, signedPath?: string): string[] {
  const at = target.indexOf('?');
  const path = signedPath ?? (at < 0 ? target : target.slice(0, at));
  return at < 0 ? [path] : [`${path}${target.slice(at)}`, path];
}

export const arrivedOf = (
  serviceCode: ServiceCode,
  request: IncomingMessage,
  body: unknown,
  signedPath?: string,
): ArrivedNotification => ({
  serviceCode,
  signedPaths: signedPathsOf(targetOf(request.url ?? ''), signedPath),
  rawHeaders: request.rawHeaders,
  rawBody: body instanceof Uint8Array ? body : new Uint8Array(),
});

/**
 * The one value of a header.
 *
 * @throws NotificationRefusal where it is missing, or comes twice: two readers could take two for it.
 */
export function headerOf(arrived: ArrivedNotification, name: string): string {
  const [value, ...others] = valuesOf(arrived.rawHeaders, name);
  const { serviceCode } = arrived;
  if (others.length > 0)
    throw new NotificationRefusal(
      'header',
      400,
      serviceCode,
      '01',
      `Invalid Field Format ${name}, given twice`,
    );
  if (!value)
    throw new NotificationRefusal(
      'header',
      400,
      serviceCode,
      '02',
      `Invalid Mandatory Field ${name}`,
    );
  return value;
}

/** @throws NotificationRefusal where the bytes are no UTF-8. */
export function textOf({ rawBody, serviceCode }: ArrivedNotification): string {
  if (!isUtf8(rawBody))
    throw new NotificationRefusal(
      'utf-8',
      400,
      serviceCode,
      '00',
      'Bad Request. Body is not valid UTF-8',
    );
  // A byte order mark stays: it is no JSON.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(rawBody);
}
