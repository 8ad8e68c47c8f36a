import { lookup, Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { canonicalIp } from '../../../report/address/ip.ts'
import { ipVersion } from '../../../report/address/ip-version.ts'
import {
  answerOf,
  doubtIn,
  type FamilyAnswer,
  hasAddress,
  type LookUpName,
  type NameAnswer,
} from './answer.ts'
import { addressesInHosts } from './hosts-file.ts'
import { searchNames } from './search-names.ts'

/** How names are looked up. */
export interface LookUpOptions {
  /** `IP:PORT` of the name server to ask, and nothing else; by default the machine's own settings count. */
  readonly resolver?: string
  /** The files of the machine; another directory for tests. */
  readonly etc?: string
}

/** c-ares doubles the time with each try, so that a slow server is heard, too. */
const TIMEOUT_MS = 2000
const TRIES = 2
/** Limit on a whole look-up, with all names, servers and tries. */
const LIMIT_MS = 20_000

const NO_SUCH_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

const SILENT = 'the name server does not answer'

const inWords: Readonly<Record<string, string>> = {
  ETIMEOUT: SILENT,
  ECONNREFUSED: 'the name server cannot be reached',
  ESERVFAIL: 'the name server has failed to find out (SERVFAIL)',
  EREFUSED: 'the name server refuses to answer (REFUSED)',
  ENOTIMP: 'the name server does not answer such questions (NOTIMP)',
  EFORMERR: 'the name server does not understand the question (FORMERR)',
  EBADRESP: 'the name server gives answers that make no sense',
  EBADNAME: 'DNS knows no such names',
  ECANCELLED: `no answer within ${LIMIT_MS / 1000} s`,
}

const unknown = (error: unknown): FamilyAnswer => {
  const { code = '', message } = error as NodeJS.ErrnoException
  return { kind: 'unknown', reason: inWords[code] ?? `it cannot be looked up: ${code || message}` }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

const ask = async (resolver: Resolver, name: string, version: 4 | 6): Promise<FamilyAnswer> => {
  try {
    const records = await (version === 4
      ? resolver.resolve4(name, { ttl: true })
      : resolver.resolve6(name, { ttl: true }))
    const addresses = records.flatMap(({ address }) => canonicalIp(address) ?? [])
    return {
      kind: 'told',
      // An IPv4 address within an IPv6 address is no answer to the question for the latter.
      addresses: addresses.filter((address) => ipVersion(address) === version),
      ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000,
    }
  } catch (error) {
    return NO_SUCH_NAME.has(codeOf(error)) ? { kind: 'told', addresses: [] } : unknown(error)
  }
}

const askBoth = async (resolver: Resolver, name: string): Promise<NameAnswer> => {
  const [ipv4, ipv6] = await Promise.all([ask(resolver, name, 4), ask(resolver, name, 6)])
  return { ipv4, ipv6 }
}

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/**
 * Asks DNS: for the name itself, then within the search domains. Where one of these cannot be found out, it goes on as the
 * C library does, but does not say in the end that there is no such name.
 */
const askDns = async (
  resolver: Resolver,
  names: readonly string[],
  limit: AbortSignal,
): Promise<NameAnswer> => {
  let doubtful: NameAnswer | undefined
  let answer: NameAnswer = answerOf([])
  for (const name of names) {
    if (limit.aborted) break
    answer = await askBoth(resolver, name)
    if (hasAddress(answer)) return answer
    // It would be as silent about the other names.
    if (doubtIn(answer) === SILENT) return answer
    if (doubtIn(answer) !== undefined) doubtful ??= answer
  }
  return doubtful ?? answer
}

/**
 * Makes the function that looks up names. It asks name servers itself, because getaddrinfo(3) does not tell how long an
 * answer holds, cannot be interrupted, and would take one of Node's few threads for each name whose server is silent.
 *
 * By the machine's own settings: `/etc/hosts`, else DNS with the search domains of `/etc/resolv.conf`, and, for a name that
 * neither has, once at a time what getaddrinfo(3) says, for all else that a machine may be set to use (mDNS, `nss-myhostname`).
 */
export const createLookUp = ({ resolver: server, etc = '/etc' }: LookUpOptions = {}): LookUpName => {
  let isSystemBusy = false

  const askSystem = async (name: string, instead: NameAnswer): Promise<NameAnswer> => {
    if (isSystemBusy) return instead
    isSystemBusy = true
    try {
      const found = await lookup(name, { all: true })
      return answerOf(found.flatMap(({ address }) => canonicalIp(address) ?? []))
    } catch {
      return instead
    } finally {
      isSystemBusy = false
    }
  }

  return async (name, signal) => {
    if (server === undefined) {
      const own = addressesInHosts(await read(`${etc}/hosts`), name)
      if (own.length > 0) return answerOf(own)
    }
    // Made anew for each look-up, so that changed settings are read.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
    if (server !== undefined) resolver.setServers([server])
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
    const cancel = (): void => resolver.cancel()
    limit.addEventListener('abort', cancel)
    try {
      signal.throwIfAborted()
      const names = server === undefined ? searchNames(await read(`${etc}/resolv.conf`), name) : [name]
      const answer = await askDns(resolver, names, limit)
      signal.throwIfAborted()
      // The system would wait for the same silent servers, in one of Node's few threads, for half a minute.
      const isSilent = limit.aborted || doubtIn(answer) === SILENT
      return server === undefined && !hasAddress(answer) && !isSilent ? await askSystem(name, answer) : answer
    } finally {
      limit.removeEventListener('abort', cancel)
    }
  }
}
