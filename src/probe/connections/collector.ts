import { createHash } from 'node:crypto'
import type { Logger } from '../../log/log.ts'
import { facts } from '../../report/facts.ts'
import { type AddressScope, addressId } from '../../report/ids.ts'
import { isLinkLocal, isLoopback } from '../../report/ip.ts'
import type { Address, ConnectionRecord, ReportNode } from '../../report/schema.ts'
import type { Clock, Collector, Contribution } from '../collector.ts'
import type { ProcessDirectory } from '../process/directory.ts'
import { chooseSource } from './choose-source.ts'
import { ConnectionTable, type TableOptions } from './connection-table.ts'
import { monotonicMs } from './monotonic.ts'
import type { FoldedRecord } from './record.ts'
import type { ConnectionSource } from './source.ts'

/** What the collector needs of the probe. */
export interface ConnectionsOptions {
  readonly procRoot: string
  /** False when the user does not want eBPF. */
  readonly ebpf: boolean
  readonly processes: ProcessDirectory
  readonly clock: Clock
  readonly hostId: string
  /** How often reports leave; records stay for two of these at least. */
  readonly publishIntervalMs: number
  /** Where an address outside loopback and link-local means the same thing; undefined = everywhere. */
  readonly scopeOf?: (ip: string) => AddressScope | undefined
  readonly log: Logger
  readonly env?: NodeJS.ProcessEnv
}

const SETTLE_MS = 100
const TIDY_MS = 1000

const tableOptions = (publishIntervalMs: number): TableOptions => ({
  graceMs: 150,
  lingerMs: 2000,
  retentionMs: Math.max(15_000, 2 * publishIntervalMs),
  exitedClientsApart: 8,
})

const GLOBAL: AddressScope = { kind: 'global' }

/** Every TCP connection of the host, folded into records. */
export const createConnectionsCollector = (options: ConnectionsOptions): Collector =>
  new ConnectionsCollector(options)

class ConnectionsCollector implements Collector {
  readonly id = 'connections'
  readonly #options: ConnectionsOptions
  readonly #table: ConnectionTable
  readonly #timers: NodeJS.Timeout[] = []
  #source: ConnectionSource | undefined
  #changed: () => void = () => {}
  #sinceMs = 0
  /** From the clock of the records to the probe's; fixed, so that a moment has one figure in all reports. */
  readonly #offsetMs: number

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#offsetMs = Math.round(options.clock.uptimeMs() - monotonicMs())
    const { processes } = options
    this.#table = new ConnectionTable(tableOptions(options.publishIntervalMs), {
      created: ({ identity }) => {
        if (identity.client) processes.hold(identity.client)
        if (identity.server) processes.hold(identity.server)
        this.#changed()
      },
      removed: ({ identity }) => {
        if (identity.client) processes.release(identity.client)
        if (identity.server) processes.release(identity.server)
        this.#changed()
      },
      hasExited: (process) => processes.hasExited(process),
    })
  }

  async start(changed: () => void): Promise<void> {
    const { ebpf, procRoot, log, env = process.env, clock } = this.#options
    this.#source = await chooseSource({ ebpf, procRoot, env, log })
    this.#sinceMs = clock.uptimeMs()
    this.#source.start(this.#table)
    this.#table.settle(monotonicMs())
    this.#changed = changed
    this.#timers.push(
      setInterval(() => this.#settle(), SETTLE_MS),
      setInterval(() => this.#table.tidy(monotonicMs()), TIDY_MS),
    )
    changed()
  }

  collect(): Contribution {
    const source = this.#source
    if (source) this.#settle()
    const addresses = new Map<string, Address>()
    const connections: ConnectionRecord[] = []
    const nodes: ReportNode[] = []
    for (const record of this.#table.records) {
      const group = record.identity.exitedClients ? this.#exitedClients(record) : undefined
      if (group) nodes.push(group)
      const connection = this.#connection(record, group, addresses)
      if (connection) connections.push(connection)
    }
    return { nodes, metrics: [], connections, addresses: [...addresses.values()], status: this.#status() }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#changed = () => {}
    this.#source?.stop()
    this.#source = undefined
  }

  #settle(): void {
    this.#source?.flush()
    this.#table.settle(monotonicMs())
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
      counters: { tracked: this.#table.tracked, listening: this.#table.listening, ...counters },
    }
  }

  #connection(
    record: FoldedRecord,
    group: ReportNode | undefined,
    addresses: Map<string, Address>,
  ): ConnectionRecord | undefined {
    const { client, server, serverIp, serverPort, netns, clientIp } = record.identity
    const { processes } = this.#options
    const clientId = group?.id ?? (client && processes.nodeOf(client)?.id)
    const serverId = server && processes.nodeOf(server)?.id
    if (clientId === undefined && serverId === undefined) return undefined
    const known = (ip: string): string => this.#address(ip, netns, addresses)
    return {
      id: record.id,
      ...(clientId === undefined ? {} : { client: clientId }),
      ...(serverId === undefined ? {} : { server: serverId }),
      ...(clientIp === undefined ? {} : { clientAddress: known(clientIp) }),
      serverAddress: known(serverIp),
      serverPort,
      sinceMs: Math.max(0, record.sinceMs + this.#offsetMs),
      lastMs: Math.max(0, record.lastMs + this.#offsetMs),
      ...record.totals,
      ...(record.rttUs > 0 ? { rttUs: record.rttUs } : {}),
    }
  }

  #address(ip: string, netns: number, addresses: Map<string, Address>): string {
    const { hostId, scopeOf } = this.#options
    const scope: AddressScope =
      isLoopback(ip) || isLinkLocal(ip) ? { kind: 'netns', hostId, netns } : (scopeOf?.(ip) ?? GLOBAL)
    const id = addressId(scope, ip)
    if (!addresses.has(id)) addresses.set(id, { id, ip, scope: scope.kind })
    return id
  }

  /** One node for all the clients that ended and were alike. */
  #exitedClients(record: FoldedRecord): ReportNode | undefined {
    const { client } = record.identity
    const sample = client && this.#options.processes.nodeOf(client)
    if (!sample) return undefined
    const hash = createHash('sha256').update(record.key).digest('hex').slice(0, 16)
    return {
      id: `${this.#options.hostId};exited;${hash}`,
      topology: 'process',
      name: sample.name,
      facts: {
        ...(sample.facts[facts.hostId] === undefined
          ? {}
          : { [facts.hostId]: sample.facts[facts.hostId] as string }),
        [facts.exited]: true,
        [facts.exitedCount]: record.clients,
      },
      parents: sample.parents,
      controls: [],
    }
  }
}
