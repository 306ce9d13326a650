import { DefaultLogger, Runtime } from '@temporalio/worker';

// Temporal's own lines would bury the tests' report; what goes wrong still shows.
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
