import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { signedRequest } from '../../activities/events/receiver.js';
import { EVENT_TYPES, type JourneyEvent, TOLD_JOURNEYS } from '../../contract/event.js';

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

const tableOf = () =>
  [
    '| journey | while it is open | as its end |',
    '| --- | --- | --- |',
    ...Object.values(TOLD_JOURNEYS).map(({ journey, open, outcomes }) => {
      const typed = (statuses: readonly string[]) =>
        statuses.map((status) => `\`${journey}.${status}\``).join(', ');
      return `| ${journey} | ${typed([...open, 'needs-attention'])} | ${typed(outcomes)} |`;
    }),
  ].join('\n');

/** The cell of the vector's table in this row. */
const vector = (row: string): string => {
  const [, cell] = new RegExp(`^\\| ${row} \\| \`(.+)\` \\|$`, 'm').exec(page) ?? [];
  assert.ok(cell, `${row} is missing`);
  return cell;
};

describe('docs/events.md', () => {
  test('lists every event of the contract', () => {
    const [, table] = /<!-- events: [^\n]*-->\n([\s\S]*?)\n<!-- \/events -->/.exec(page) ?? [];
    assert.equal(table, tableOf());
    for (const type of EVENT_TYPES) assert.ok(table?.includes(`\`${type}\``), type);
  });

  test('has a vector that is signed as workers sign', () => {
    const body = vector('body');
    const at = new Date(Number(vector('`webhook-timestamp`')) * 1_000);
    const request = signedRequest(JSON.parse(body) as JourneyEvent, [vector('secret')], at);
    assert.equal(request.body, body);
    assert.equal(request.headers['webhook-id'], vector('`webhook-id`'));
    assert.equal(request.headers['webhook-signature'], vector('`webhook-signature`'));
  });
});
