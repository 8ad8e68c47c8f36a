/** By what the certificate of an app is verified. */
export type Trust =
  /** By the certificate authorities that this machine trusts; the name must be right, too. */
  | { readonly by: 'system' }
  /** By these authorities instead, as PEM; the name must be right, too. */
  | { readonly by: 'ca'; readonly pem: string }
  /** It must be one of these very certificates, whoever issued them, and whatever names they are for. */
  | {
      readonly by: 'fingerprint'
      /** As `fingerprintOf` gives them. */
      readonly fingerprints: readonly string[]
      /** Where they come from, worded to follow "the one": `named by --probe.tls.fingerprint`. */
      readonly namedBy: string
    }

/** Verifies every app by the system's authorities, which is what is done unless told otherwise. */
export const bySystem = (): Trust => ({ by: 'system' })
