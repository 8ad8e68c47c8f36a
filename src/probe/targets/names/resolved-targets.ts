import { networkInterfaces } from 'node:os'
import { type Guard, guardLater, unguarded } from '../../../log/faults.ts'
import type { Logger } from '../../../log/log.ts'
import { createBackoff } from '../../../pacing/backoff.ts'
import type { Target, TargetSource, UnresolvedTarget } from '../target.ts'
import { hostOf } from '../target-url.ts'
import { doubtIn, hasAddress, type LookUpName, type NameAnswer, ttlOf } from './answer.ts'
import { MAX_ADDRESSES, NameAddresses } from './name-addresses.ts'
import { familiesOf, usableAddresses } from './usable-addresses.ts'

/** A target whose addresses DNS knows. */
export type NamedTarget = Omit<Target, 'address' | 'isNew'>

/** What {@link resolvedTargets} needs. */
export interface ResolvedTargetsOptions {
  readonly lookUp: LookUpName
  readonly log: Logger
  /** A clock that never goes back. */
  readonly nowMs?: () => number
  readonly random?: () => number
  /** That a name has no address is nothing to tell: nobody has named an app. */
  readonly mayHaveNone?: boolean
}

/** Longest time between two look-ups: an address that appears is to be used within ten seconds. */
const LONGEST_MS = 8000
const SHORTEST_MS = 1000

/**
 * Targets given by name: each address of the name is one. Names are looked up again when the answer expires, and at least
 * every {@link LONGEST_MS}; each by itself, so that one name whose server is silent delays no other.
 */
export const resolvedTargets = (
  names: readonly NamedTarget[],
  options: ResolvedTargetsOptions,
): TargetSource => ({
  watch(changed, isAnswering = () => true, guard = unguarded) {
    const stopping = new AbortController()
    const { signal } = stopping
    const watches = names.map((named) =>
      createNameWatch(named, { ...options, isAnswering, guard, signal, changed: () => tell() }),
    )
    const tell = (): void =>
      changed({
        targets: watches.flatMap((watch) => watch.targets()),
        unresolved: watches.flatMap((watch) => watch.unresolved() ?? []),
      })
    tell()
    for (const watch of watches) watch.start()
    return () => stopping.abort()
  },
})

interface NameWatchOptions extends ResolvedTargetsOptions {
  readonly isAnswering: (target: Target) => boolean
  readonly guard: Guard
  readonly signal: AbortSignal
  readonly changed: () => void
}

interface NameWatch {
  start(): void
  targets(): readonly Target[]
  /** Undefined while the name has addresses. */
  unresolved(): UnresolvedTarget | undefined
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))

const createNameWatch = (named: NamedTarget, options: NameWatchOptions): NameWatch => {
  const { lookUp, log, guard, signal, nowMs = () => performance.now(), random = Math.random } = options
  const { url } = named
  const name = hostOf(url)
  const backoff = createBackoff({ firstMs: SHORTEST_MS, longestMs: LONGEST_MS, random })
  const known = new NameAddresses({
    usable: (addresses) => usableAddresses(addresses, familiesOf(ownAddresses())),
    isAnswering: (address) => options.isAnswering({ ...named, address }),
  })
  let reason = 'it is being looked up'
  let told = ''
  let warned = ''

  const targets = (): Target[] =>
    known.addresses.map(({ address, isNew }) => ({ ...named, address, ...(isNew && { isNew }) }))

  const whyNone = (answer: NameAnswer): string => {
    const doubt = doubtIn(answer)
    if (hasAddress(answer)) return `${name} has no address that can be dialled`
    return doubt === undefined ? `there is no address for ${name} in DNS` : `${name}: ${doubt}`
  }

  /** @throws what those throw who are told; they are told again with the next answer then */
  const take = (answer: NameAnswer): void => {
    known.take(answer, nowMs())
    const hasNone = known.addresses.length === 0
    reason = hasNone ? whyNone(answer) : ''
    const next = JSON.stringify([targets(), reason])
    warn(answer)
    if (next === told) return
    if (!hasNone)
      log.info('the addresses of a name', {
        app: url,
        addresses: known.addresses.map(({ address }) => address),
      })
    options.changed()
    told = next
  }

  /** Says once what is wrong with the answers, for as long as it is. */
  const warn = (answer: NameAnswer): void => {
    const doubt = doubtIn(answer)
    const isNone = reason !== '' && doubt === undefined
    const problem =
      isNone && options.mayHaveNone
        ? ''
        : reason !== ''
          ? `no app is found by this name: ${reason}`
          : doubt !== undefined
            ? `the name cannot be looked up, its addresses stay as they are: ${doubt}`
            : known.passedOver > 0
              ? `the name has ${known.passedOver + MAX_ADDRESSES} addresses: ${MAX_ADDRESSES} of them are reported to`
              : ''
    const isTold = problem === '' || problem === warned
    warned = problem
    if (!isTold) log.warn(problem, { app: url })
  }

  const pauseMs = (answer: NameAnswer): number => {
    const untilExpiryMs = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, ttlOf(answer)))
    if (doubtIn(answer) === undefined) backoff.reset()
    if (doubtIn(answer) !== undefined || !hasAddress(answer)) return Math.min(untilExpiryMs, backoff.next())
    // Somewhat earlier than it expires, and not all names at once.
    return untilExpiryMs * (0.9 + 0.1 * random())
  }

  let timer: NodeJS.Timeout | undefined
  signal.addEventListener('abort', () => clearTimeout(timer))

  /** @returns how long until the next time */
  const lookUpOnce = async (): Promise<number> => {
    const answer = await lookUp(name, signal)
    if (!signal.aborted) take(answer)
    return pauseMs(answer)
  }
  const look = async (): Promise<void> => {
    let waitMs: number | undefined
    await guardLater(guard, `look up ${name}`, async () => {
      try {
        waitMs = await lookUpOnce()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    })
    if (!signal.aborted) timer = setTimeout(() => void look(), waitMs ?? backoff.next())
  }

  return {
    start: () => void look(),
    targets,
    unresolved: () => (known.addresses.length === 0 ? { url, reason } : undefined),
  }
}
