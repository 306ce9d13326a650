/** Histories are kept encrypted, as in production; what they hold is made up, so that the key may be known. */
export const REPLAY_KEYS = `replay:${Buffer.alloc(32, 7).toString('base64')}`;
