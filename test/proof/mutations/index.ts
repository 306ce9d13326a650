import { byNobody } from './by-nobody.js';
import { kindsAToI } from './kinds-a-to-i.js';
import { kindsJToS } from './kinds-j-to-s.js';
import { notHeard } from './not-heard.js';
import { oneCall } from './one-call.js';
import { otherQueues } from './other-queues.js';
import type { Mutation } from './planted.js';
import { reconciled } from './reconciled.js';

export const mutations: readonly Mutation[] = [
  ...oneCall,
  ...kindsAToI,
  ...kindsJToS,
  ...byNobody,
  ...otherQueues,
  ...notHeard,
  ...reconciled,
];
