import os from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
}

export const machine = (): Machine => ({
  cores: os.availableParallelism(),
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  node: process.versions.node,
  platform: `${os.platform()} ${os.arch()}`,
});
