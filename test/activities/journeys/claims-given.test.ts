import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { claimsGiven } from '../../../activities/journeys/claims-given.js';

const [ONE, TWO, THREE] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'];
const payloads = (value: unknown) => [defaultPayloadConverter.toPayload(value)];
const begun = (input: unknown) => ({
  workflowExecutionStartedEventAttributes: { input: { payloads: payloads(input) } },
});
const updated = (name: string, argument: unknown) => ({
  workflowExecutionUpdateAcceptedEventAttributes: {
    acceptedRequest: { input: { name, args: { payloads: payloads(argument) } } },
  },
});

test('what an entity has given is what its history says, claim by claim', async () => {
  const events = [
    begun({ claims: [{ part: 'part/0', digests: `${ONE}${TWO}` }] }),
    updated('claimNumbers', { part: 'part/1', digests: [TWO, THREE] }),
    updated('claimNumbers', { part: 'part/2', digests: [THREE] }),
    updated('releaseNumbers', { parts: ['part/0'] }),
    updated('claimNumbers', { part: 'part/2', digests: [ONE, THREE] }),
    updated('another', { part: 'part/3', digests: [TWO] }),
  ];
  const { options } = new Client({ connection: {} as Connection });
  const getHandle = () => ({ fetchHistory: async () => ({ events }) });
  const client = { options, workflow: { getHandle } } as unknown as Client;
  const run = { workflowId: 'claimed-numbers/BRN-1', runId: 'r' };
  assert.deepEqual(await claimsGiven(client, run), {
    claims: [
      { part: 'part/1', digests: THREE },
      { part: 'part/2', digests: ONE },
    ],
    isNobodys: false,
  });
});
