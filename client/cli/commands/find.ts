import * as z from 'zod';
import { customerIdSchema, partnerReferenceNoSchema } from '../../../contract/identity.js';
import { statusSchema } from '../../operators.js';
import { type ListedJourney, limitSchema, listedJourneys, toldStatus } from '../journeys/list.js';
import { JOURNEY_KINDS } from '../journeys/name.js';
import { commandOf } from '../mechanisms/command.js';
import { instantSchema, toldInstant } from '../mechanisms/instant.js';
import { tableOf } from '../mechanisms/table.js';

const input = z.strictObject({
  order: partnerReferenceNoSchema
    .optional()
    .meta({ description: 'the order, top-up or transfer number', value: 'NUMBER' }),
  customer: customerIdSchema
    .optional()
    .meta({ description: "the merchant's key for the customer", value: 'ID' }),
  status: statusSchema
    .optional()
    .meta({ description: 'where it stands, such as awaiting-payment', value: 'STATUS' }),
  type: z
    .enum(JOURNEY_KINDS)
    .optional()
    .meta({ description: 'what kind of journey', value: 'JOURNEY' }),
  from: instantSchema.optional().meta({ description: 'started from then', value: 'TIME' }),
  until: instantSchema.optional().meta({ description: 'started before then', value: 'TIME' }),
  open: z.boolean().optional().meta({ description: 'only those that have not ended' }),
  limit: limitSchema,
});

export const find = commandOf({
  positionals: [],
  input,
  onlyReads: true,
  notes: 'TIME is a date, from its midnight in Jakarta, or a time such as 2026-11-24T12:00+07:00.',
  async run({ order, customer, status, type, from, until, open, limit }, desk) {
    const { journeys, isCut } = await listedJourneys(
      desk,
      {
        ...(type && { journey: type }),
        ...(open && { isRunning: open }),
        partnerReferenceNo: order,
        customerId: customer,
        status,
        startedFrom: from,
        startedBefore: until,
      },
      limit,
    );
    if (isCut) desk.tell(`only the newest ${limit} are listed: narrow it down, or raise --limit`);
    return { data: journeys, text: journeys.length > 0 ? asTable(journeys) : 'none' };
  },
});

function asTable(journeys: readonly ListedJourney[]): string {
  return tableOf([
    ['STARTED', 'JOURNEY', 'ID', 'STATUS', 'ORDER', 'CUSTOMER'],
    ...journeys.map((journey) => [
      toldInstant(journey.startedAt),
      journey.journey,
      journey.id,
      toldStatus(journey),
      journey.partnerReferenceNo ?? '',
      journey.customerId ?? '',
    ]),
  ]);
}
