import { randomUUID } from 'node:crypto';
import type { OperationName } from '../../sandbox/faults.js';
import { idr } from '../shop.js';
import type { Scenario } from './scenario.js';

export const topUp = (call: OperationName): Scenario => ({
  journey: 'topUp',
  call,
  expected: ['completed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    return {
      accountId,
      run: async (plant) => {
        await plant(partnerReferenceNo);
        await shop.journeys.topUp.start({
          partnerReferenceNo,
          customerId,
          amount: idr('15000.00'),
        });
        const result = await shop.journeys.topUp.result(partnerReferenceNo);
        return [{ journey: 'topUp', accountId, amount: '15000.00', result }];
      },
    };
  },
});

export const topUpScenarios: readonly Scenario[] = [
  topUp('topUpInquiry'),
  topUp('topUp'),
  topUp('topUpStatus'),
];
