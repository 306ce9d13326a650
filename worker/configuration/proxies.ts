import * as z from 'zod';
import { listIn } from './list.js';

/** Addresses of proxies, comma-separated, also as CIDR. */
export const proxiesSchema = z
  .string()
  .default('')
  .transform(listIn)
  .pipe(
    z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be IP addresses or CIDRs')),
  );
