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
  'purchase, notified':             cost( 15,    4,   2,    0,    2,  4576),
  'purchase, found by polling':     cost( 13,    4,   2,    0,    2,  4224),
  'purchase, acknowledged':         cost( 20,    5,   2,    0,    2,  5414),
  'purchase, cancelled on silence': cost( 30,    8,   5,    0,    4,  7358),
  'purchase, refunded, settled':    cost( 41,   11,   8,    0,    6, 10245),
  'refund, by cancel':              cost( 25,    7,   5,    0,    3,  6006),
  'refund, once settled':           cost( 28,    8,   6,    0,    4,  7252),
  'topUp':                          cost( 13,    4,   3,    0,    3,  4213),
  'bankTransfer':                   cost( 22,    5,   3,    0,    3,  6344),
  'authorizedPurchase, captured':   cost( 22,    6,   4,    0,    4,  6711),
  'closeAccount':                   cost( 37,    9,   7,    0,    2,  7182),
};

/** What each event adds that a receiver takes at once. Workers without a receiver add nothing, but to what is stopped before any of them answered: the table above is theirs. */
// biome-ignore format: as the table
export const EVENT_COST: Cost = cost(3, 1, 1, 0, 0, 1_110);

/** What a journey adds that tells anything: it remembers that workers which know of events have gone through it. */
// biome-ignore format: as the table
export const TELLING_COST: Cost = cost(2, 0, 0, 0, 0, 0);
