/** What comes of stopping a journey that moves money, for whoever asked for it. */
export const NO_MORE_SENT = 'what was not sent is never sent, and what was is still proven';
