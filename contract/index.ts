/**
 * What backends in any language hold on to: every journey's input, result, view, messages and errors, as zod schemas and
 * the names that go over the wire. Nothing of Temporal's is needed to read it: `doku-journeys/contract`.
 *
 * @module
 */
export * from './absent.js';
export * from './account-owner.js';
export * from './authorized-purchase.js';
export * from './bank-transfer.js';
export * from './browser-url.js';
export * from './check.js';
export * from './claimed-numbers.js';
export * from './close-account.js';
export * from './duration.js';
export * from './errors.js';
export * from './event.js';
export * from './events-given.js';
export * from './finding.js';
export * from './first-answer.js';
export * from './harmless.js';
export * from './identity.js';
export * from './instant.js';
export * from './issues.js';
export * from './journeys.js';
export * from './loopback.js';
export * from './merchant-session.js';
export * from './message.js';
export * from './money.js';
export * from './needs-attention.js';
export * from './open-account.js';
export * from './operator-words.js';
export * from './otp.js';
export * from './own-member.js';
export * from './plain-host.js';
export * from './plain-words.js';
export * from './purchase.js';
export * from './reads.js';
export * from './recheck.js';
export * from './reconciliation.js';
export * from './reconciliation-name.js';
export * from './refund.js';
export * from './refusal.js';
export * from './result-schema.js';
export * from './search-attributes.js';
export * from './stop.js';
export * from './token-margin.js';
export * from './top-up.js';
export * from './top-up-batch.js';
export * from './wallet.js';
export * from './whole-number.js';
export * from './written-as.js';
