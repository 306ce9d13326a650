/** The name under which it is run. */
export const PROGRAM = 'doku-journeys';
