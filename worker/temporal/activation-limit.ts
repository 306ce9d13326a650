/**
 * How long one activation of a workflow may take. What the SDK's types do not name: it cuts an activation off after five
 * seconds, and what is cut off within a promise ends the whole process (nodejs/node#38503), with every journey in it. A
 * machine that is busy, or a journey that was told a thousand things at once, may well take longer.
 */
export const ACTIVATION_LIMIT: object = { isolateExecutionTimeout: '1 minute' };
