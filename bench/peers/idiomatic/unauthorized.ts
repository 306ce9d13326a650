/** The failure by which a call's activity asks its workflow for other tokens. */
export const UNAUTHORIZED = 'Unauthorized';
