#!/usr/bin/env node
/**
 * `doku-journeys`: the operator's command line. What a command needs is loaded once it is asked for, so that help
 * comes at once.
 *
 * @module
 */
import '../supported-node.js';
import { runCli } from './mechanisms/run.js';
import { terminalOf } from './mechanisms/terminal.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read along, such as `head`, has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(
  process.argv.slice(2),
  terminalOf(
    process.env,
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  ),
);
