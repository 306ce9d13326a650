import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import type { Grant } from '../../activities/token.js';
import { TokenKeeper } from '../../workflows/tokens/keeper.js';

const grant = (accessToken: string): Grant => ({
  accessToken,
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
});

function deferred() {
  let resolve: (grant: Grant) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<Grant>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

/** A keeper whose first renewal ends when the test says. */
function kept() {
  const ends = deferred();
  let renewals = 0;
  const renew = () => {
    renewals += 1;
    return ends.promise;
  };
  const keeper = new TokenKeeper<Grant>(renew, { ...grant('old'), generation: 1 });
  return { keeper, ends, renewals: () => renewals };
}

describe('a token that is renewed while its account is bound anew (money rule 8)', () => {
  test('is not kept: it is of the binding before', async () => {
    const { keeper, ends } = kept();
    const asked = keeper.token(1);
    keeper.keep(grant('of the new binding'));
    ends.resolve(grant('of the binding before'));
    assert.equal((await asked).accessToken, 'of the new binding');
    assert.equal((await keeper.token()).accessToken, 'of the new binding');
  });

  test('and that fails as its binding has ended, says nothing of the new one', async () => {
    const { keeper, ends } = kept();
    const asked = keeper.token(1);
    keeper.keep(grant('of the new binding'));
    const ended = ApplicationFailure.nonRetryable('no such binding', 'CustomerNotBound');
    ends.reject(new ActivityFailure('failed', 'renew', '1', 'NON_RETRYABLE_FAILURE', '', ended));
    assert.equal((await asked).accessToken, 'of the new binding');
  });
});

test('however many ask, one renewal is made', async () => {
  const { keeper, ends, renewals } = kept();
  const asked = [keeper.token(1), keeper.token(1), keeper.token(1)];
  ends.resolve(grant('new'));
  for (const token of await Promise.all(asked)) assert.equal(token.accessToken, 'new');
  assert.equal(renewals(), 1);
});
