/**
 * The processes of this machine: of `/proc` where there is one, of `ps` elsewhere.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  /** Its parent's; 1, or some reaper's, once that is gone. */
  readonly parent: number;
  /** Together with the number it is nobody else's: numbers are given again. */
  readonly startedAt: string;
  /** The program and its arguments, with blanks between. */
  readonly command: string;
}

/** @returns those that can be read, without those that have ended and are only not waited for yet. */
export function processes(): Process[] {
  if (!existsSync('/proc/self/stat')) return listed('-A');
  return readdirSync('/proc').flatMap((name) => {
    const found = /^\d+$/.test(name) ? ofProc(Number(name)) : undefined;
    return found ? [found] : [];
  });
}

/** @returns nothing where there is no such process any more. */
export function processOf(pid: number): Process | undefined {
  return existsSync('/proc/self/stat') ? ofProc(pid) : listed('-p', String(pid))[0];
}

function ofProc(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // A program's name, in parentheses, may hold blanks and parentheses.
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), startedAt: rest[17] ?? '', command };
  } catch {
    return undefined;
  }
}

/** A number, its parent's, a state, a date of five words, a command. */
const ROW = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/;

function listed(...which: string[]): Process[] {
  const { stdout } = spawnSync('ps', [...which, '-o', 'pid=,ppid=,state=,lstart=,args='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, state = '', startedAt = '', command = ''] = ROW.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), startedAt, command }];
  });
}
