/** A time without its zone is none. */
const INSTANT = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Whether it is a moment, as DOKU writes them. */
export const isInstant = (text: string | null | undefined): text is string =>
  typeof text === 'string' && INSTANT.test(text) && !Number.isNaN(Date.parse(text));
