import * as z from 'zod';
import { eventLimitSchema, eventPageSchema } from '../../contract/event.js';
import type { Cursors } from '../calls/cursors.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';
import { queryNumber } from './query-number.js';

const limitSchema = queryNumber(eventLimitSchema.unwrap()).default(100);

/** `GET /v1/events?after=`. */
export function addEvents({ server, journeys, calls, cursors }: Gateway): void {
  server.get(
    '/v1/events',
    {
      config: { scope: 'events:read' },
      schema: {
        tags: ['events'],
        summary: 'What journeys have told, for those who rather ask than have a receiver',
        description:
          'Give `next` of one answer as `after` of the next call, and handle each ID once. No event is skipped, and each comes about ten seconds late. Ask again at once while `hasMore`, else after some seconds. A journey that could not be asked is in `unread`.',
        querystring: z.strictObject({
          after: z.string().max(4_000).optional().describe('`next` of the answer before'),
          limit: limitSchema.describe('How many journeys are asked at most'),
        }),
        response: { 200: eventPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { after, limit } = request.query as { after?: string; limit: number };
      const place = after === undefined ? undefined : placeIn(after, cursors);
      const page = await calls.answer(() => journeys.events.list({ after: place, limit }));
      // Between two spans it names an instant alone, which needs no proof.
      return page.hasMore ? { ...page, next: `${page.next}.${cursors.proofOf(page.next)}` } : page;
    },
  );
}

/**
 * The client's place. What nobody proves, as of before there were proofs, begins its span anew: its events come twice then, and
 * none is skipped.
 */
function placeIn(after: string, cursors: Cursors): string {
  const [place = '', proof] = after.split('.');
  if (proof !== undefined && cursors.isProven(place, proof)) return place;
  try {
    const { from, token } = JSON.parse(Buffer.from(place, 'base64url').toString());
    return token === undefined
      ? after
      : Buffer.from(JSON.stringify({ from })).toString('base64url');
  } catch {
    // The client says what is wrong.
    return after;
  }
}
