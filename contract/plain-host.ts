const AUTHORITY = /^[a-z]+:\/\/(?:[^/?#\\@]*@)?([^/?#\\@]*)/i;
const PLAIN = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;

/**
 * Whether a URL's host is as it is typed. A URL makes another host of letters that are not ASCII, of full width or in escapes, so
 * that one that only looks like DOKU's would be sent what is meant for DOKU.
 */
export const hasPlainHost = (url: string): boolean => PLAIN.test(AUTHORITY.exec(url)?.[1] ?? '');

/** What is wrong without, and what to do. */
export const NO_PLAIN_HOST =
  'must have a host of plain letters, digits, ".", "_" and "-", as typed: another letter may look like one of them, so give a domain of other letters as xn--…';
