/** What one journey costs whoever runs it. A change that makes one dearer changes this table, where a reviewer sees it. */
export interface Cost {
  /** History events, without the three of each workflow task. */
  readonly eventsBetween: number;
  readonly workflowTasks: number;
  /** Scheduled through the task queue, however often each is tried. */
  readonly activities: number;
  readonly localActivities: number;
  /** Requests to DOKU, tokens apart. */
  readonly calls: number;
  /** Bytes of payloads in the history, as encrypted; held to 3 %, as ports and clocks differ in length. */
  readonly payloadBytes: number;
}

const cost = (
  eventsBetween: number,
  workflowTasks: number,
  activities: number,
  localActivities: number,
  calls: number,
  payloadBytes: number,
): Cost => ({ eventsBetween, workflowTasks, activities, localActivities, calls, payloadBytes });

// biome-ignore format: a table
export const COSTS: Readonly<Record<string, Cost>> = {
  //                                   events tasks acts local calls bytes
  'purchase, notified':             cost( 10,    2,   0,    2,    2,  3230),
  'purchase, found by polling':     cost( 11,    3,   1,    1,    2,  3310),
  'purchase, acknowledged':         cost( 15,    3,   0,    2,    2,  3900),
  'purchase, cancelled on silence': cost( 25,    6,   3,    2,    4,  5280),
  'purchase, refunded, settled':    cost( 36,    9,   6,    2,    6,  7420),
  'refund, by cancel':              cost( 18,    6,   4,    0,    3,  4070),
  'refund, once settled':           cost( 21,    7,   5,    0,    4,  4890),
  'topUp':                          cost( 13,    4,   3,    0,    3,  3510),
  'bankTransfer':                   cost( 17,    4,   2,    0,    2,  4160),
  'authorizedPurchase, captured':   cost( 22,    6,   4,    0,    4,  5375),
  'closeAccount':                   cost( 30,    8,   6,    0,    2,  4810),
};
