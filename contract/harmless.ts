/** Controls but line breaks and tabs, and marks that turn the direction of what follows. */
const STEERING = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Words of others, such as DOKU's, must neither steer the terminal nor read otherwise than they are. */
export const harmless = (text: string) => text.replaceAll(STEERING, '\u{fffd}');
