import { kindsAToI } from './kinds-a-to-i.js';
import { kindsJToR } from './kinds-j-to-r.js';
import { oneCall } from './one-call.js';
import type { Mutation } from './planted.js';

export const mutations: readonly Mutation[] = [...oneCall, ...kindsAToI, ...kindsJToR];
