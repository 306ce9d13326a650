import * as z from 'zod';
import { listIn } from './list.js';

/** As wide as the widest networks that are private: 10.0.0.0/8 and fc00::/7. */
const LEAST_BITS_OF_IPV4 = 8;
const LEAST_BITS_OF_PRIVATE_IPV6 = 7;
/** Of IPv6 that is public; providers have 32 or so. */
const LEAST_BITS_OF_IPV6 = 16;
/** Under `::/16`, where `::ffff:0:0/96` is all of IPv4. */
const LEAST_BITS_OF_MAPPED = 96 + LEAST_BITS_OF_IPV4;

/** Whether nobody's proxies alone have these addresses: two halves of all are everybody, too. */
function isTooWide(text: string): boolean {
  const [address = '', bits] = text.split('/');
  return bits !== undefined && Number(bits) < leastBitsOf(address);
}

function leastBitsOf(address: string): number {
  if (!address.includes(':')) return LEAST_BITS_OF_IPV4;
  // A URL writes each address in one way.
  const [, first = ''] = /^\[([0-9a-f]*):/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  const group = Number.parseInt(first || '0', 16);
  if (group === 0) return LEAST_BITS_OF_MAPPED;
  return group >= 0xfc00 ? LEAST_BITS_OF_PRIVATE_IPV6 : LEAST_BITS_OF_IPV6;
}

/** Addresses of proxies, comma-separated, also as CIDR. */
export const proxiesSchema = z
  .string()
  .default('')
  .transform(listIn)
  .pipe(
    z.array(
      z
        .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be IP addresses or CIDRs')
        .refine(
          (text) => !isTooWide(text),
          "is so wide that outsiders are in it, who would say whose address a request has: give your proxies' own networks",
        ),
    ),
  );
