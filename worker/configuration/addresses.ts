/**
 * Where the worker's servers listen, as its variables say it.
 *
 * @module
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { pathSchema } from '../../activities/snap/settings.js';
import { whole } from './numbers.js';

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Whether it could be a host's name; "300.1.1.1" is a mistyped address, and none. */
function isHostName(text: string): boolean {
  const labels = text.split('.');
  const isNumeric = /^\d+$/.test(labels.at(-1) ?? '');
  return text.length <= 253 && !isNumeric && labels.every((label) => LABEL.test(label));
}

/** A host to listen on. */
export const hostSchema = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || isHostName(text),
    'must be a host name or an IP address, without a port, brackets or blanks',
  );

/** 0 picks a free one. */
export const portSchema = whole(0, 65_535);

const METRICS_ADDRESS = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9A-Fa-f:.]{2,45})\]):(\d{1,5})$/;

/** An address to listen on that the SDK's core can read: it looks no name up. */
export const metricsAddressSchema = z.string().refine((text) => {
  const [, v4, v6, port] = METRICS_ADDRESS.exec(text) ?? [];
  return isIP(v4 ?? v6 ?? '') !== 0 && Number(port) >= 1 && Number(port) <= 65_535;
}, 'must be an IP address and a port from 1 to 65535, such as 0.0.0.0:9464');

/** A path that the worker serves: text that neither a router nor a proxy reads as a pattern. */
export const servedPathSchema = pathSchema.regex(
  /^[A-Za-z0-9._~/-]*$/,
  'must have letters, digits and ".", "_", "~", "-" between its slashes only',
);

/** Whose pages may read what comes back: as a browser names them in `Origin`. */
export const originSchema = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'must be the origins that are meant, such as https://temporal.example, without a path, and never *',
  );
