/**
 * The idiomatic worker's process, with the limits, the connection and the encryption of the product's.
 *
 * @module
 */
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { payloadKeysIn } from '../../../worker/configuration/environment.js';
import { connectToTemporal } from '../../../worker/temporal/connection.js';
import { createDataConverter } from '../../../worker/temporal/encryption.js';
import { settingFrom } from '../setting.js';
import { createActivities } from './activities.js';

const setting = settingFrom(process.env);
const { configuration } = setting;
Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGTERM', 'SIGINT'] });
const { connection, namespace } = await connectToTemporal();
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: configuration.DOKU_TASK_QUEUE,
  workflowBundle: { codePath: process.env.PEER_WORKFLOW_BUNDLE ?? '' },
  activities: createActivities(setting),
  dataConverter: createDataConverter(payloadKeysIn(configuration)),
  maxConcurrentActivityTaskExecutions: configuration.MAX_CONCURRENT_ACTIVITIES,
  maxConcurrentWorkflowTaskExecutions: configuration.MAX_CONCURRENT_WORKFLOW_TASKS,
  maxCachedWorkflows: configuration.MAX_CACHED_WORKFLOWS,
  shutdownGraceTime: configuration.SHUTDOWN_GRACE_MS,
});
process.stdout.write('ready\n');
await worker.run();
await connection.close();
