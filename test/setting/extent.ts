/** Whether tests do all that they can, rather than the sample that shows a change's mistakes within minutes: `EXTENT=all`. */
export const isWhole = process.env.EXTENT === 'all';
