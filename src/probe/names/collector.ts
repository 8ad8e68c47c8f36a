import { describeError, type Logger } from '../../log/log.ts'
import { LibbpfError } from '../../native/libbpf/error.ts'
import { whyNoEbpf } from '../../native/libbpf/prepare.ts'
import { SharedAllowance } from '../../pacing/allowance.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import type { Tenancy } from '../cgroup/namespace-containers.ts'
import type { Clock, Collector, Contribution } from '../collector.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import { createProcessReader } from '../process/reader.ts'
import { switchedOff } from '../switched-off.ts'
import { AnswerBook, holderOf } from './answers/answer-book.ts'
import type { AnswerWatcher } from './answers/answer-watcher.ts'
import type { Place } from './answers/askers.ts'
import { LostAnswers } from './answers/lost-answers.ts'
import type { ReceivedMessage } from './answers/packet.ts'
import { parseAnswer } from './answers/parse-answer.ts'
import type { NameSource } from './name-source.ts'
import { createReverseResolver } from './reverse/resolver.ts'
import { ReverseNames } from './reverse/reverse-names.ts'

/** What {@link createNames} needs. */
export interface NamesOptions {
  /** False when the user wants no DNS names (`--no-dns`). */
  readonly dns: boolean
  /** False when the user does not want eBPF; names then come from reverse DNS alone. */
  readonly ebpf: boolean
  readonly procRoot: string
  /** Returns the container of a cgroup and network namespace; undefined for those of the host. */
  readonly containerOf: (place: Place) => string | undefined
  /** Returns the same for as long as processes are in a network namespace; undefined when none is, and for that of the host. */
  readonly tenancyOf: (netns: number) => Tenancy | undefined
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  /** Scheduler for reading the answers; own timer by default. */
  readonly every?: Every
  /** Watches the answers; by eBPF by default. @throws when it cannot */
  readonly watch?: (env: NodeJS.ProcessEnv) => Promise<AnswerWatcher>
  readonly log: Logger
}

/** Provides names for addresses, and reports its status as a collector. */
export interface Names extends Collector, NameSource {}

const DRAIN_INTERVAL_MS = 200
/**
 * When the last drain was less than this ago, it is recent enough: the tracer holds back the events of connections for
 * as long.
 */
const FRESH_MS = 5
/**
 * Limits on the answers read a second, of one cgroup and of all; those above are counted as lost. A DNS server on this machine may
 * receive far more than are worth reading, and must not keep others from their names.
 */
const ANSWERS_OF_CGROUP = 1000
const ANSWERS_OF_ALL = 4000

/** The binding to libbpf is imported only where it is needed. */
const watchByEbpf = async (env: NodeJS.ProcessEnv): Promise<AnswerWatcher> => {
  const { watchAnswers } = await import('./answers/answer-watcher.ts')
  return watchAnswers(env)
}

/** Used when the user wants no names. */
const namesOff = (): Names => ({
  ...switchedOff('names', '--no-dns'),
  askedFor: () => undefined,
  reverse: () => undefined,
})

/**
 * Creates the source of names. Names come from the DNS answers that programs of this machine receive, and from reverse
 * DNS.
 */
export const createNames = (options: NamesOptions): Names =>
  options.dns ? new NamesCollector(options) : namesOff()

const contributionOf = (status: CollectorStatus): Contribution => ({
  nodes: [],
  metrics: [],
  connections: [],
  addresses: [],
  status,
})

class NamesCollector implements Names {
  readonly id = 'names'
  readonly #options: NamesOptions
  readonly #book: AnswerBook
  readonly #resolver = createReverseResolver()
  readonly #reverse: ReverseNames
  readonly #allowance: SharedAllowance
  readonly #lostAnswers: LostAnswers
  #watcher: AnswerWatcher | undefined
  #whyNoAnswers = 'starting'
  #endDraining = (): void => {}
  #sinceMs: number
  #drainedMs = Number.NEGATIVE_INFINITY
  #answers = 0
  #passedOver = 0

  constructor(options: NamesOptions) {
    this.#options = options
    const { procRoot, clock, containerOf, tenancyOf } = options
    const nowMs = () => clock.uptimeMs()
    const reader = createProcessReader(procRoot)
    const hostNetns = reader.netns(1) || reader.netns('self') || 0
    this.#book = new AnswerBook({ containerOf, tenancyOf, hostNetns, nowMs })
    this.#reverse = new ReverseNames({ lookUp: (ip) => this.#resolver.lookUp(ip), nowMs })
    this.#allowance = new SharedAllowance({
      all: { perSecond: ANSWERS_OF_ALL, burst: ANSWERS_OF_ALL },
      each: { perSecond: ANSWERS_OF_CGROUP, burst: ANSWERS_OF_CGROUP },
      nowMs,
    })
    this.#lostAnswers = new LostAnswers(nowMs)
    this.#sinceMs = nowMs()
  }

  async start(): Promise<void> {
    const { env, log, clock, every = onTimerOfItsOwn, watch = watchByEbpf } = this.#options
    const unwanted = whyNoEbpf(this.#options)
    this.#whyNoAnswers = unwanted ?? ''
    if (unwanted === undefined) {
      try {
        this.#watcher = await watch(env)
        this.#endDraining = every(DRAIN_INTERVAL_MS, () => {
          this.#drain()
          this.#book.settle()
        })
      } catch (error) {
        this.#whyNoAnswers = describeError(error)
        log.warn(
          `DNS answers cannot be seen: ${this.#whyNoAnswers}`,
          error instanceof LibbpfError ? { detail: error.detail } : {},
        )
      }
    }
    this.#sinceMs = clock.uptimeMs()
  }

  collect(): Contribution {
    const { lookUps, waiting } = this.#reverse.counters
    const watcher = this.#watcher
    const lost = this.#passedOver + (watcher?.lost() ?? 0)
    const limitations = watcher ? [watcher.limitation, this.#lostAnswers.tell(lost)] : [this.#whyNoAnswers]
    const reason = limitations.filter((text) => text !== '').join('; ')
    return contributionOf({
      id: this.id,
      mode: watcher ? 'ebpf+reverse' : 'reverse',
      state: reason === '' ? 'ok' : 'degraded',
      reason,
      sinceMs: this.#sinceMs,
      counters: {
        answers: this.#answers,
        names: this.#book.size + this.#reverse.size,
        lookups: lookUps,
        waiting,
        lost,
      },
    })
  }

  async stop(): Promise<void> {
    this.#endDraining()
    this.#reverse.stop()
    this.#resolver.stop()
    this.#watcher?.close()
    this.#watcher = undefined
  }

  askedFor(place: Place, ip: string): string | undefined {
    this.#drainUnlessFresh()
    return this.#book.find(place, ip)
  }

  reverse(ip: string): string | undefined {
    return this.#reverse.find(ip)
  }

  /** Reads new answers first: a connection may be processed before the timer has read the answer that led to it. */
  #drainUnlessFresh(): void {
    if (this.#options.clock.uptimeMs() - this.#drainedMs >= FRESH_MS) this.#drain()
  }

  #drain(): void {
    this.#drainedMs = this.#options.clock.uptimeMs()
    this.#watcher?.drain((received) => {
      const key = holderOf(received)
      if (this.#allowance.isSpent(key)) {
        this.#passedOver += 1
        return
      }
      this.#allowance.spend(key, 1)
      this.#take(received)
    })
  }

  #take({ cgroupId, netns, message }: ReceivedMessage): void {
    const answer = parseAnswer(message)
    if (answer === undefined) return
    this.#answers += 1
    this.#book.enter({ cgroupId, netns }, answer)
  }
}
