/**
 * What is this machine, and nobody else's: by its name, or by an address as it is commonly written. Short, hexadecimal and mapped
 * forms are read differently by different programs, and are none; a URL's host has none of them but the last.
 *
 * @module
 */

const LOOPBACK = /^(?:localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}|::1|\[::1\])$/i;
/** After a host, or brackets: the end of a bare IPv6 address is none. */
const PORT = /(?<=^[^:]*|\]):\d{1,5}$/;

/** @param host - a name or an address, without a port. */
export const isLoopbackHost = (host: string): boolean => LOOPBACK.test(host);

/** @param address - a host, and perhaps `:port`. */
export const isLoopbackAddress = (address: string): boolean =>
  isLoopbackHost(address.replace(PORT, ''));

/** @returns false for what is no URL, too. */
export function isLoopbackUrl(url: string): boolean {
  try {
    return isLoopbackHost(new URL(url).hostname);
  } catch {
    return false;
  }
}
