import type { Clock } from './clock.js';

/** A timer waits no longer than this at once: Node's own limit is just above it. */
const LONGEST_MS = 2_000_000_000;

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** What DOKU does later by itself, on the sandbox's clock, whoever is still connected. */
export class Agenda {
  readonly #clock: Clock;
  #tasks = new Set<Task>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is still to be done. */
  get size(): number {
    return this.#tasks.size;
  }

  in(ms: number, run: () => void): void {
    const task: Task = { dueAt: this.#clock.now() + ms, run, timer: undefined };
    this.#tasks.add(task);
    this.#wait(task);
  }

  /** To be called when the clock was moved: does at once what is due by now, earliest first. */
  runDue(): void {
    const due = [...this.#tasks].filter(({ dueAt }) => dueAt <= this.#clock.now());
    for (const task of due.sort((a, b) => a.dueAt - b.dueAt)) this.#run(task);
    for (const task of this.#tasks) this.#wait(task);
  }

  reset(): void {
    for (const { timer } of this.#tasks) clearTimeout(timer);
    this.#tasks.clear();
  }

  #wait(task: Task): void {
    clearTimeout(task.timer);
    const leftMs = Math.max(0, task.dueAt - this.#clock.now());
    task.timer = setTimeout(
      () => (leftMs > LONGEST_MS ? this.#wait(task) : this.#run(task)),
      Math.min(leftMs, LONGEST_MS),
    );
    task.timer.unref();
  }

  #run(task: Task): void {
    clearTimeout(task.timer);
    if (this.#tasks.delete(task)) task.run();
  }
}
