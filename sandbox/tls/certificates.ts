import tls from 'node:tls';
import { Authority } from './authority.js';

/** What the sandbox's HTTPS shows: a certificate of its CA's, which can be renewed while it runs. */
export class Certificates {
  readonly #hosts: readonly string[];
  #authority = new Authority();
  #context: tls.SecureContext;

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
    this.#context = this.#issued();
  }

  get caPem(): string {
    return this.#authority.pem;
  }

  get context(): tls.SecureContext {
    return this.#context;
  }

  /** New connections see another certificate, of another CA if asked. */
  renew(withCa: boolean): void {
    if (withCa) this.#authority = new Authority();
    this.#context = this.#issued();
  }

  #issued(): tls.SecureContext {
    return tls.createSecureContext(this.#authority.issue(this.#hosts));
  }
}
