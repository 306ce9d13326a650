import * as z from 'zod';

/** A moment, as ISO 8601 with offset or `Z`. */
export const instantSchema = z.iso.datetime({ offset: true });

/**
 * A moment as DOKU wrote it: ISO 8601 with offset by SNAP, passed on as it came. Not checked, as no answer about money is
 * lost over a date.
 */
export const dokuTimeSchema = z.string();
