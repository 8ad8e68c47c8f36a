import { statSync } from 'node:fs'
import { type Guard, unguarded } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { ConnectionsResult } from '../../report/channel.ts'
import type { AddressScope } from '../../report/ids.ts'
import { defaultLimits } from '../../report/limits.ts'
import type { ConnectionRecord, ReportNode } from '../../report/schema.ts'
import type { Clock, Collector, Contribution } from '../collector.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import type { NameSource } from '../names/name-source.ts'
import type { TranslationSink } from '../nat/nat-source.ts'
import type { ProcessDirectory, ProcessRef } from '../process/directory.ts'
import { DockerProxies } from './docker-proxies.ts'
import { chooseSource, startSource } from './sources/choose-source.ts'
import { monotonicMs } from './sources/monotonic.ts'
import type { ConnectionSource } from './sources/source.ts'
import type { Role } from './table/accounting/exited/exited-processes.ts'
import type { Tally } from './table/accounting/tally.ts'
import { ConnectionTable, type TableOptions } from './table/connection-table.ts'
import { AddressBook } from './telling/address-book.ts'
import { ClientPorts } from './telling/client-ports.ts'
import { RecordMaker, type ReportContext } from './telling/connection-records.ts'
import { ExitedNodes } from './telling/exited-nodes.ts'
import { listenerRecords } from './telling/listener-records.ts'
import { ListeningFacts } from './telling/listening-facts.ts'
import { singleConnection } from './telling/single-connections.ts'

/** What the collector needs of the probe. */
export interface ConnectionsOptions {
  readonly procRoot: string
  /** False when the user does not want eBPF. */
  readonly ebpf: boolean
  readonly processes: ProcessDirectory
  readonly clock: Clock
  /** Scheduler for reading the ring buffers and for tidying; own timers by default. */
  readonly every?: Every
  /** Catches and records what the source's own timers throw; by default nothing is caught. */
  readonly guard?: Guard
  readonly hostId: string
  /** Interval of reports; records stay for two intervals at least. */
  readonly publishIntervalMs: number
  /** How long a record without open connections stays while its processes live; 10 minutes by default. */
  readonly keepMs?: number
  /** Scope within which an address is unique, for addresses other than loopback and link-local; undefined = global. */
  readonly scopeOf?: (ip: string) => AddressScope | undefined
  /** Source of DNS names for addresses. */
  readonly names?: NameSource
  /** Called once with the sink that wants the address translations of the host's network namespace. */
  readonly nat?: (sink: TranslationSink) => void
  readonly log: Logger
  readonly env?: NodeJS.ProcessEnv
}

/** The collector of connections, which can also list individual connections. */
export interface ConnectionsCollector extends Collector {
  /**
   * Lists the individual connections behind some records. Rule 14 of the model.
   *
   * @param recordIds as in reports
   * @param limit how many to return at most; the newest are chosen
   */
  singleConnections(recordIds: readonly string[], limit: number): ConnectionsResult
}

const SETTLE_MS = 100
const TIDY_MS = 1000

/** Rule 1 of the model. */
const KEEP_MS = 600_000

const tableOptions = (
  { publishIntervalMs, keepMs = KEEP_MS }: ConnectionsOptions,
  netns: number,
): TableOptions => ({
  graceMs: 150,
  lingerMs: 2000,
  keepMs,
  keepEndedMs: Math.max(15_000, 2 * publishIntervalMs),
  maxTallies: defaultLimits.connections,
  exitedApart: 8,
  remotesApart: 256,
  netns,
})

/** Creates the collector of connections. It reports all TCP connections of the host, summed up in records. */
export const createConnectionsCollector = (options: ConnectionsOptions): ConnectionsCollector =>
  new TableCollector(options)

class TableCollector implements ConnectionsCollector {
  readonly id = 'connections'
  readonly #options: ConnectionsOptions
  readonly #table: ConnectionTable
  readonly #proxies: DockerProxies
  readonly #listening: ListeningFacts
  readonly #records = new RecordMaker()
  readonly #clientPorts = new ClientPorts()
  readonly #exited: ExitedNodes
  readonly #netns: number
  readonly #endings: (() => void)[] = []
  #source: ConnectionSource | undefined
  #changed: () => void = () => {}
  #sinceMs = 0
  /** {@link ConnectionTable.happened} at the last settling. */
  #happened = 0
  #completeSinceMs = 0
  /**
   * Added to a time of the tallies' clock to get one of the probe's clock. It is fixed, so that one moment has the same
   * value in all reports.
   */
  readonly #offsetMs: number

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#netns = statSync('/proc/self/ns/net').ino
    this.#offsetMs = Math.round(options.clock.uptimeMs() - monotonicMs())
    const { processes, names, hostId } = options
    this.#exited = new ExitedNodes(hostId, processes)
    this.#proxies = new DockerProxies({
      netns: this.#netns,
      nodeOf: (process) => processes.nodeAtConnect(process),
    })
    const isProxy = (process: ProcessRef): boolean => this.#proxies.isProxy(process)
    this.#listening = new ListeningFacts(isProxy)
    this.#table = new ConnectionTable(tableOptions(options, this.#netns), {
      created: ({ identity: { client, server, exitedClients, exitedServers } }) => {
        if (client) processes.hold(client, exitedClients === undefined)
        if (server) processes.hold(server, exitedServers === undefined)
        this.#changed()
      },
      removed: ({ identity: { client, server, exitedClients, exitedServers } }) => {
        if (client) processes.release(client, exitedClients === undefined)
        if (server) processes.release(server, exitedServers === undefined)
        this.#changed()
      },
      hasExited: (process) => processes.hasExited(process),
      likenessOf: (process) => `${process.comm} ${processes.placeOf(process)}`,
      isProxy,
      askedFor: (client, ip) => names?.askedFor(client, ip),
    })
  }

  async start(changed: () => void): Promise<void> {
    const { ebpf, procRoot, log, env = process.env, clock, nat, every = onTimerOfItsOwn } = this.#options
    const { guard = unguarded } = this.#options
    const source = await chooseSource({ ebpf, procRoot, env, guard, log })
    this.#sinceMs = clock.uptimeMs()
    nat?.(this.#table.translations)
    startSource(source, this.#table)
    this.#source = source
    this.#table.settle(monotonicMs())
    this.#changed = changed
    this.#endings.push(
      every(SETTLE_MS, () => this.#settle()),
      every(TIDY_MS, () => this.#tidy()),
    )
    changed()
  }

  collect(): Contribution {
    this.#source?.refresh()
    this.#table.settle(monotonicMs())
    const { hostId, scopeOf, names } = this.#options
    const book = new AddressBook({
      hostId,
      ...(scopeOf ? { scopeOf } : {}),
      ...(names ? { reverse: (ip: string) => names.reverse(ip) } : {}),
    })
    const connections: ConnectionRecord[] = []
    const exited = new Map<string, ReportNode>()
    const context: ReportContext = {
      book,
      offsetMs: this.#offsetMs,
      nodeId: this.#nodeId,
      exitedId: (tally, role) => {
        const id = this.#exited.idOf(tally, role)
        if (id !== undefined && exited.has(id)) return id
        const node = this.#exited.nodeOf(tally, role)
        if (node) exited.set(node.id, node)
        return node?.id
      },
    }
    const ports = this.#clientPorts.of(this.#table.tallies, this.#table.accounts)
    for (const tally of this.#table.tallies) {
      const connection = this.#records.of(tally, context, ports.get(tally))
      if (connection) connections.push(connection)
    }
    const status = this.#status()
    const completeSinceMs = this.#completeSince(status)
    const facts = this.#listening.of(
      this.#table.listeners,
      this.#netns,
      monotonicMs(),
      (ref) => this.#options.processes.nodeOf(ref),
      completeSinceMs,
    )
    const listeners = listenerRecords(this.#table.listeners, {
      hostNetns: this.#netns,
      offsetMs: this.#offsetMs,
      completeSinceMs,
      nodeId: this.#nodeId,
    })
    return {
      nodes: [...exited.values()],
      metrics: [],
      connections,
      addresses: book.entries,
      listeners,
      facts,
      status,
    }
  }

  singleConnections(recordIds: readonly string[], limit: number) {
    this.#settle()
    const wanted = new Set(recordIds)
    const found = [...this.#table.accounts].filter(({ tally }) => wanted.has(tally.id))
    const nowMs = monotonicMs()
    const newest = found.sort((a, b) => b.connection.sinceMs - a.connection.sinceMs).slice(0, limit)
    return {
      connections: newest.map((account) => singleConnection(account, nowMs, this.#endId)),
      total: found.length,
    }
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end()
    this.#changed = () => {}
    this.#source?.stop()
    this.#source = undefined
  }

  readonly #nodeId = (process: ProcessRef): string | undefined => this.#options.processes.nodeOf(process)?.id

  /** Node id of an end of a connection that a tally counts; undefined when it has none. */
  readonly #endId = (tally: Tally, role: Role, process: ProcessRef | undefined): string | undefined =>
    this.#exited.idOf(tally, role) ?? (process && this.#nodeId(process))

  /** @returns whether anything happened since the last time */
  #settle(): boolean {
    this.#source?.flush()
    this.#table.settle(monotonicMs())
    const before = this.#happened
    this.#happened = this.#table.happened
    return this.#happened > before
  }

  /**
   * Since when every connection has been seen, in milliseconds of CLOCK_MONOTONIC; Infinity while some may be missed.
   */
  #completeSince({ mode, state }: Contribution['status']): number {
    if (state === 'waiting') return this.#completeSinceMs
    if (mode !== 'ebpf' || state !== 'ok') this.#completeSinceMs = Number.POSITIVE_INFINITY
    else if (this.#completeSinceMs === Number.POSITIVE_INFINITY) this.#completeSinceMs = monotonicMs()
    return this.#completeSinceMs
  }

  #tidy(): void {
    const nowMs = monotonicMs()
    this.#proxies.forget(nowMs, (process) => this.#options.processes.hasExited(process))
    if (this.#table.tidy(nowMs)) this.#source?.lookAgain()
  }

  #status(): Contribution['status'] {
    const source = this.#source
    if (!source)
      return { id: this.id, mode: 'off', state: 'waiting', reason: 'starting', sinceMs: 0, counters: {} }
    const { state, reason, counters } = source.status()
    return {
      id: this.id,
      mode: source.mode,
      state,
      reason,
      sinceMs: this.#sinceMs,
      counters: { tracked: this.#table.tracked, listening: this.#table.listeners.size, ...counters },
    }
  }
}
