import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { purchaseWorkflowId, walletWorkflowId } from '../../contract/identity.js';
import { builtProduct } from '../build.js';
import { billableActions } from '../cloud-actions.js';
import { compared } from '../compared.js';
import type { Contender } from '../contender.js';
import { idiomaticWorkflowId, startIdiomatic } from '../contenders/idiomatic.js';
import { type Fleet, onFleet, QUICK_CUSTOMERS } from '../fleet.js';
import { payloadBytes } from '../payload-bytes.js';
import { openRace } from '../race.js';
import type { Bench, Row } from '../row.js';
import type { Site } from '../site.js';
import type { Lend, Started } from '../started.js';

/** The product's default at the beginning of a wait. */
const POLL_MS = 3_000;
/** Far enough apart to pay between the last of them and the next. */
const QUICK_POLL_MS = 300;
const POLLS = 10;
const TRIES = 5;

/** What one purchase leaves behind, and what it costs on Temporal Cloud. */
export const history: Bench = {
  name: 'history',
  method: [
    `A purchase that DOKU calls open ${POLLS} times and paid the next time, without notification, asked every ${POLL_MS} ms. Events, billable actions by`,
    "Temporal Cloud's published list, queries included, and bytes of payloads after encryption. Of the machine only the number of queries depends, and whether two results come in one workflow task.",
  ].join(' '),
  run: async ({ ground, isQuick, say }) => {
    const pollMs = String(isQuick ? QUICK_POLL_MS : POLL_MS);
    return onFleet(
      {
        ground,
        folder: await builtProduct(say),
        customers: isQuick ? QUICK_CUSTOMERS : 1,
        environment: { POLL_FIRST_MS: pollMs, POLL_MOST_MS: pollMs },
      },
      (fleet) => ground((lend) => measured(fleet, lend, isQuick)),
    );
  },
};

interface Left {
  readonly events: number;
  readonly actions: number;
  readonly bytes: number;
}

async function measured(fleet: Fleet, lend: Lend, isQuick: boolean): Promise<Row[]> {
  const pollMs = isQuick ? QUICK_POLL_MS : POLL_MS;
  const enter = await openRace(lend, { customers: isQuick ? QUICK_CUSTOMERS : 2 });
  const { contender: idiomatic, site } = await enter('idiomatic Temporal', startIdiomatic);
  const { client } = await lend('client of the race', () => connected(site.temporal.address));
  const left = async (workflowId: string, at = fleet.client) =>
    leftIn(await at.workflow.getHandle(workflowId).fetchHistory());
  const leftByPeer = async (order: string): Promise<Left> => {
    const seen = await left(idiomaticWorkflowId(order), client);
    return { ...seen, actions: seen.actions + idiomatic.queriesOf(order) };
  };
  const peer = idiomatic.variant({ pollMs });
  const leaner = idiomatic.variant({ pollMs, hasTokenActivities: false });
  const walletBefore = await left(walletWorkflowId('customer-1'));
  const [lefts, peerLefts, leanerLefts]: [Left[], Left[], Left[]] = [[], [], []];
  for (let turn = 0; turn < (isQuick ? 1 : 3); turn++) {
    const [order, peerOrder, leanerOrder] = await Promise.all([
      polledTenTimes(fleet.contender, fleet.site, 'customer-1'),
      polledTenTimes(peer, site, 'customer-1'),
      polledTenTimes(leaner, site, 'customer-2'),
    ]);
    lefts.push(await left(purchaseWorkflowId(order)));
    peerLefts.push(await leftByPeer(peerOrder));
    leanerLefts.push(await leftByPeer(leanerOrder));
  }
  const wallet = await left(walletWorkflowId('customer-1'));
  const notes: Record<keyof Left, string> = {
    events: `not in it: ${wallet.events - walletBefore.events} events of the wallet entity, which a worker asks for a customer's token once in the token's life.`,
    actions:
      `the peer pays for a timer and an activity with each of ${POLLS + 1} questions to DOKU, ours for attempts that each ask for 40 s; ` +
      `not in it: ${wallet.actions - walletBefore.actions} of the wallet entity.`,
    bytes:
      "most of the peer's are DOKU's tokens, which its workflow hands from activity to activity.",
  };
  return (['events', 'actions', 'bytes'] as const).flatMap((kind) => {
    const figures = (all: readonly Left[]) => all.map((each) => each[kind]);
    const row = { what: NAMES[kind], unit: kind, ours: figures(lefts) };
    return [
      compared({
        ...row,
        peer: { name: 'idiomatic Temporal', figures: figures(peerLefts) },
        goal: ['most', GOALS[kind]],
        note: notes[kind],
      }),
      compared({
        ...row,
        peer: { name: 'idiomatic without token activities', figures: figures(leanerLefts) },
      }),
    ];
  });
}

const GOALS = { events: 0.2, actions: 0.2, bytes: 0.5 } as const;
const NAMES = {
  events: `history events of a purchase with ${POLLS} polls`,
  actions: `billable actions of a purchase with ${POLLS} polls`,
  bytes: `payload bytes of a purchase with ${POLLS} polls`,
} as const;

async function connected(address: string): Promise<Started & { readonly client: Client }> {
  const connection = await Connection.connect({ address });
  return { client: new Client({ connection }), stop: () => connection.close() };
}

type History = Parameters<typeof billableActions>[0];

const leftIn = (history: History): Left => ({
  events: history.events?.length ?? 0,
  actions: billableActions(history),
  bytes: payloadBytes(history),
});

/** @returns the order's number. @throws Error when the payment never fell between two polls. */
async function polledTenTimes(
  contender: Contender,
  site: Site,
  customerId: string,
): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const partnerReferenceNo = `INV-${randomUUID()}`;
    await contender.redirect({ partnerReferenceNo, customerId, amount: '10000.00' });
    while ((await questions(site, partnerReferenceNo)) < POLLS) await setTimeout(20);
    await site.pay(partnerReferenceNo);
    await contender.outcome(partnerReferenceNo);
    if ((await questions(site, partnerReferenceNo)) === POLLS + 1) return partnerReferenceNo;
  }
  throw new Error(`${contender.name}: no payment fell between poll ${POLLS} and the next`);
}

/** How often DOKU was asked about it, by the sandbox's own log. */
async function questions(site: Site, partnerReferenceNo: string): Promise<number> {
  const only = new URLSearchParams({ operation: 'purchaseStatus', partnerReferenceNo });
  const answer = await fetch(`${site.sandboxUrl}/_control/requests?${only}`);
  return ((await answer.json()) as { requests: unknown[] }).requests.length;
}
