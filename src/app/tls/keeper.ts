import type { Faults } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import {
  checkDates,
  describeServed,
  isReadableByAll,
  type KeyPair,
  type KeyPairFiles,
  readKeyPair,
  type ServedCertificate,
} from './key-pair.ts'
import { selfSignedPair } from './self-signed.ts'

/** Where the certificate of the app's port comes from. */
export type CertificateSource =
  | { readonly kind: 'files'; readonly files: KeyPairFiles }
  /** Made by Scope, and kept in this directory. */
  | { readonly kind: 'self-signed'; readonly dir: string }

/** What {@link keepCertificate} needs. */
export interface KeeperOptions {
  readonly source: CertificateSource
  readonly faults: Faults
  readonly log: Logger
  /** In ms since 1970. */
  readonly nowMs: () => number
  /** How often the files are looked at. */
  readonly intervalMs?: number
}

/** Holds the certificate of the app's port, and follows what becomes of its files. */
export interface CertificateKeeper {
  readonly pair: KeyPair
  readonly served: ServedCertificate
  /** Looks at the files from now on. @param renewed called when there is another certificate or key */
  follow(renewed: (pair: KeyPair, served: ServedCertificate) => void): void
  stop(): void
}

/** Certificates are renewed by tools that replace files or links, which a watch on a file would miss. */
const INTERVAL_MS = 10_000
const PART = 'tls'

/**
 * Reads the certificate, or makes it.
 *
 * @throws {CertificateError} when it cannot be used
 */
export const keepCertificate = async (options: KeeperOptions): Promise<CertificateKeeper> => {
  const { source, faults, log, nowMs, intervalMs = INTERVAL_MS } = options
  const read = (): Promise<KeyPair> =>
    source.kind === 'files' ? readKeyPair(source.files) : selfSignedPair(source.dir, nowMs())
  const describe = (of: KeyPair): ServedCertificate => describeServed(of, source.kind === 'self-signed')
  const guardDates = faults.guardOf(PART)
  let pair = await read()
  if (source.kind === 'files' && (await isReadableByAll(source.files.key)))
    log.warn('every user of this machine may read the private key; run "chmod o-r" on it', {
      key: source.files.key,
    })
  let timer: NodeJS.Timeout | undefined

  const look = async (renewed: Parameters<CertificateKeeper['follow']>[0]): Promise<void> => {
    try {
      const found = await read()
      if (found.cert !== pair.cert || found.key !== pair.key) {
        renewed(found, describe(found))
        pair = found
        log.info('the certificate was renewed', { ...describe(found) })
      }
      faults.worked(PART, 'take the certificate anew')
    } catch (error) {
      faults.failed(PART, 'take the certificate anew', error)
    }
    checkNow()
  }
  const checkNow = (): void => guardDates('serve a valid certificate', () => checkDates(pair, nowMs()))
  checkNow()

  return {
    get pair() {
      return pair
    },
    get served() {
      return describe(pair)
    },
    follow(renewed) {
      const plan = (): void => {
        timer = setTimeout(() => void look(renewed).finally(() => timer && plan()), intervalMs)
        timer.unref()
      }
      plan()
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
