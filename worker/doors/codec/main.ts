#!/usr/bin/env node
/**
 * `npm run codec`: one codec, set by environment variables.
 *
 * @module
 */
import '../../../client/supported-node.js';
import {
  CODEC_NAMES,
  codecConfigurationFrom,
  codecEnvironmentSchema,
} from '../../configuration/codec.js';
import { isTold, KEYS } from '../../configuration/program-arguments.js';
import { tellUnread } from '../../configuration/unknown-names.js';
import { onStopSignal } from '../../stop-signals.js';
import { EncryptingPayloadCodec } from '../../temporal/encryption.js';
import { auditTo, codecLogger } from './audit.js';
import { authenticationOf } from './authentication.js';
import { startCodecServer } from './server.js';

const USAGE = {
  program: 'doku-journeys-codec',
  does: "lets Temporal's UI and command line show what is encrypted to those who may read it",
  variables: [...KEYS, ...Object.keys(codecEnvironmentSchema.shape)],
  page: 'docs/operating.md',
};

async function main(): Promise<void> {
  if (isTold(process.argv.slice(2), USAGE)) return;
  const configuration = codecConfigurationFrom(process.env);
  const logger = codecLogger();
  tellUnread(process.env, CODEC_NAMES, logger);
  const server = await startCodecServer({
    host: configuration.CODEC_HOST,
    port: configuration.CODEC_PORT,
    codec: new EncryptingPayloadCodec(configuration.keys),
    allowedOrigins: configuration.CODEC_ALLOWED_ORIGINS,
    authenticate: authenticationOf(configuration),
    audit: auditTo(logger),
  });
  // Whoever reads that it is ready may stop it at once.
  onStopSignal(() => void server.close().then(() => process.exit(0)));
  logger.info({ url: server.url }, 'codec is ready');
}

main().catch((error: Error & { code?: string }) => {
  const message = error.code === 'EADDRINUSE' ? 'CODEC_PORT: the port is taken' : error.message;
  process.stderr.write(`codec: ${message}\n`);
  process.exit(1);
});
