/**
 * Loads this room once for all workflows of a worker, instead of once a workflow: importing zod and the contracts took
 * a third of a short journey's time. Listed as a preloaded module in `worker/temporal/workflow-bundle.ts`.
 *
 * Temporal's SDK freezes what preloaded modules export, however deep, but no further than what is frozen already. zod
 * rewires schemas and resets regular expressions as it parses, so each module's exports are frozen here first, and what
 * they lead to is left as it is. That is safe as this room keeps nothing in its modules: a journey's state is in its
 * own class, and what zod keeps is the same for all.
 *
 * @module
 */
import './index.js';

/**
 * Temporal keeps a trace of every promise that a journey waits for. With V8's ten calls in each they took a fifth of a
 * journey's CPU; the first two of these four are the SDK's, and the others say what waits and who asked for it.
 */
Error.stackTraceLimit = 4;

/** webpack's own: the modules of the bundle. */
declare const __webpack_modules__: Readonly<Record<string, unknown>>;
/** The SDK's, in place of webpack's: the modules that were loaded. */
declare const __webpack_module_cache__: Readonly<Record<string, { exports: object } | undefined>>;

for (const id of Object.keys(__webpack_modules__)) {
  const loaded = __webpack_module_cache__[id];
  if (loaded) Object.freeze(loaded.exports);
}
