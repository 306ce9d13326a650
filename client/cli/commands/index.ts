import type { Command } from '../mechanisms/command.js';
import { UsageError } from '../mechanisms/failure.js';

/** A command that can be asked for. */
export interface Entry {
  readonly words: string;
  readonly summary: string;
  /** Brings what it needs, which others must not wait for. */
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly Entry[] = [
  {
    words: 'find',
    summary: 'finds journeys by order, customer, status, type and time',
    load: async () => (await import('./find.js')).find,
  },
  {
    words: 'show',
    summary: 'says where a journey stands, where its money is and how it came there',
    load: async () => (await import('./show.js')).show,
  },
  {
    words: 'attention',
    summary: 'lists everything that waits for an operator',
    load: async () => (await import('./attention.js')).attention,
  },
  {
    words: 'resolve',
    summary: 'decides for a journey that needs attention',
    load: async () => (await import('./resolve.js')).resolve,
  },
  {
    words: 'cancel purchase',
    summary: 'cancels a purchase, or reverses its payment, and proves it',
    load: async () => (await import('./cancel-purchase.js')).cancelPurchase,
  },
  {
    words: 'refund',
    summary: 'refunds a paid purchase, in whole or in part',
    load: async () => (await import('./refund.js')).refund,
  },
  {
    words: 'resend-otp',
    summary: 'has DOKU send the customer another OTP',
    load: async () => (await import('./resend-otp.js')).resendOtp,
  },
  {
    words: 'events resend',
    summary: 'sends what a journey has told to the receiver of events once more',
    load: async () => (await import('./events-resend.js')).eventsResend,
  },
  {
    words: 'bulk cancel',
    summary: 'cancels many open purchases; only counts them without --yes',
    load: async () => (await import('./bulk.js')).bulkCancel,
  },
  {
    words: 'bulk poll',
    summary: 'has many open purchases ask DOKU now; only counts them without --yes',
    load: async () => (await import('./bulk.js')).bulkPoll,
  },
  {
    words: 'reconcile',
    summary: 'holds the journeys of a period against DOKU and reports what does not add up',
    load: async () => (await import('./reconcile.js')).reconcile,
  },
  {
    words: 'reconcile daily',
    summary: 'has yesterday reconciled every day',
    load: async () => (await import('./reconcile-daily.js')).reconcileDaily,
  },
];

/** What is asked for: a command and its arguments, or help. */
export interface Asked {
  /** None: help on all. */
  readonly entry?: Entry;
  readonly rest: readonly string[];
  readonly wantsHelp: boolean;
}

/** @throws UsageError naming the commands there are. */
export function askedIn(args: readonly string[]): Asked {
  const wantsHelp = args.some((argument) => argument === '--help' || argument === '-h');
  const [entry] = COMMANDS.filter(({ words }) =>
    words.split(' ').every((word, index) => args[index] === word),
  ).sort((one, other) => other.words.length - one.words.length);
  if (entry) return { entry, rest: args.slice(entry.words.split(' ').length), wantsHelp };
  if (wantsHelp) return { rest: [], wantsHelp };
  throw new UsageError(unknown(args[0]));
}

function unknown(word: string | undefined): string {
  const meant = COMMANDS.filter(({ words }) => words.split(' ')[0] === word);
  const known = (meant.length > 0 ? meant : COMMANDS).map(({ words }) => words).join(', ');
  if (word === undefined) return `no command is given: give one of ${known}, or --help`;
  return meant.length > 0
    ? `"${word}" is not all of a command: give ${known}`
    : `there is no command "${word}": give one of ${known}, or --help`;
}
