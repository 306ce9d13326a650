import type { SnapSettingsInput } from '../../../activities/snap/settings.js';
import type { Scenario } from '../scenario.js';
import { closeAccount, openAccount } from './account.js';
import { topUp, topUpBatch } from './top-up.js';

/** Of each choice between two calls, the one that our defaults do not take. */
const OTHERWISE: SnapSettingsInput = { resendOtp: 'requestOtp', topUpInquiry: 'accountInquiry' };

/** Calls that are made only where DOKU offers others than our defaults assume. */
export const settingsScenarios: readonly Scenario[] = [
  openAccount('requestOtp'),
  closeAccount('requestOtp'),
  topUp('accountInquiry'),
  topUpBatch('accountInquiry'),
].map((scenario) => ({ ...scenario, settings: OTHERWISE }));
