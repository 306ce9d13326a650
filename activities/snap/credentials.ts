/**
 * The merchant's keys at DOKU. All but the client ID are secret. They are read anew for each call, so that an object whose
 * properties change has the next call signed with what they are then.
 */
export interface SnapCredentials {
  /** `X-PARTNER-ID` and `X-CLIENT-KEY`. */
  readonly clientId: string;
  /** Keys the symmetric signature. */
  readonly clientSecret: string;
  /** PEM (PKCS#8) of the RSA key whose public half is registered at DOKU. Signs token requests. */
  readonly privateKey: string;
  /** Keys it as well while DOKU changes from one to the other: sent with where DOKU refuses the first. */
  readonly secondClientSecret?: string | undefined;
  /** The same of the private key. */
  readonly secondPrivateKey?: string | undefined;
  /** Decrypts Account Inquiry's authCode: 16, 24 or 32 bytes. */
  readonly authCodeSecret?: string | undefined;
  /** Decrypts it as well while DOKU changes from one to the other. */
  readonly secondAuthCodeSecret?: string | undefined;
}

/** @throws RangeError naming the credential, if there is a mistake in it. */
export function assertWithout(name: keyof SnapCredentials, mistake: string | undefined): void {
  if (mistake !== undefined) throw new RangeError(`${name}: ${mistake}`);
}
