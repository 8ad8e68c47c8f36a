import { randomBytes } from 'node:crypto'
import os, { networkInterfaces, release } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import type { AddressScope } from '../../report/ids.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import { createCgroupReader } from '../cgroup/usage/cgroup-reader.ts'
import type { Clock, Collector } from '../collector.ts'
import { type Every, onTimerOfItsOwn } from '../heartbeat.ts'
import { redactCommandLine } from '../redact/redact.ts'
import { createContainerControls } from './controls/container-controls.ts'
import { visibleProcesses } from './controls/exec/end-visible.ts'
import { createExecRecords, noExecRecords } from './controls/exec/exec-records.ts'
import { createDockerActions } from './daemon/actions.ts'
import { createDockerClient, type DockerClient } from './daemon/client.ts'
import { type DockerEndpoint, dockerEndpoint, isLocalDaemon } from './daemon/endpoint.ts'
import { createDockerLibrary } from './daemon/library.ts'
import type { InfoMessage } from './daemon/messages.ts'
import { waitForDaemon } from './daemon/wait-for-daemon.ts'
import { contributionOf } from './entities/contribution.ts'
import { scopesOf } from './entities/scopes.ts'
import { createInventory } from './inventory/inventory.ts'
import { createContainerUsage } from './usage/container-usage.ts'
import { measuredContainers } from './usage/measured-container.ts'

export interface DockerCollectorOptions {
  readonly clock: Clock
  readonly hostId: string
  readonly log: Logger
  /** Scheduler for reading what containers use; own timer by default. */
  readonly every?: Every
  /** Mount point of the proc file system, by default `/proc`. */
  readonly procRoot?: string
  /** Where it is noted which programs are run in containers, so that the next probe ends what this one left behind. */
  readonly stateDir?: string
  /** Same format as `DOCKER_HOST`; by default the value of that variable. */
  readonly dockerHost?: string
  /** The environment from which `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` are read. */
  readonly env?: NodeJS.ProcessEnv
  /** How long samples of a metric are kept for reports, so that a lost report loses none. */
  readonly sampleWindowMs?: number
  /** Whether the environment of containers is reported, with its secrets redacted. */
  readonly environment?: boolean
  /** Formats a container's command for display; by default with its secrets redacted. */
  readonly redact?: (argv: readonly string[]) => string
}

/**
 * How long containers are shown after the connection to the daemon was lost. Usually the daemon comes back with the
 * same containers.
 */
const KEEP_WHILE_AWAY_MS = 60_000
/** How long the start waits for the daemon's answer, so that the first report contains the containers. */
const FIRST_ANSWER_MS = 5000
const PING_MS = 20_000
const SAMPLE_WINDOW_MS = 15_000
/** How often the daemon is asked whether it answers, and how long that may take: one that hangs closes no connection. */
const LOOK_MS = 2000
const LOOK_TIMEOUT_MS = 4000
const OPEN_TIMEOUT_MS = 20_000
/** How often it is read what containers use. */
const SAMPLE_INTERVAL_MS = 1000

interface Connection {
  readonly info: InfoMessage
  readonly local: boolean
}

const RECONNECT_PAUSES = { firstMs: 500, longestMs: 30_000, random: Math.random }

const reasonOf = (error: unknown): string => {
  const { code, message, name } = error as NodeJS.ErrnoException
  if (name === 'AbortError' || name === 'TimeoutError') return 'it does not answer'
  if (code === 'EACCES') return 'it may not be opened: run the probe as root or as a member of its group'
  if (code === 'ENOENT') return 'there is no such socket'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  return message || String(error)
}

/** The collector of a daemon's containers, which also knows the scope of their addresses. */
export interface DockerCollector extends Collector {
  /**
   * The scope within which an address of a container network is unique. Undefined when it is not an address of Docker,
   * or when the daemon is on another machine.
   */
  scopeOf(ip: string): AddressScope | undefined
  /** Full ids of the containers that run on this machine. */
  running(): ReadonlySet<string>
  /** The pid of the first process of a container that runs on this machine, in the pid namespace of the daemon. */
  pidOf(containerId: string): number | undefined
}

/**
 * Watches a Docker daemon: containers and images through its events; what containers use in the files of their cgroups,
 * or where these cannot be read, through the daemon's stats streams.
 */
export const createDockerCollector = (options: DockerCollectorOptions): DockerCollector => {
  const { clock, hostId, log } = options
  const { procRoot = '/proc', every = onTimerOfItsOwn } = options
  const env = options.env ?? process.env
  const stopping = new AbortController()
  let notify: () => void = () => {}
  let connection: Connection | undefined
  let lostAtMs: number | undefined
  let running: Promise<void> = Promise.resolve()
  let endSampling = (): void => {}
  const counts = { events: 0, connects: 0 }
  let status: Pick<CollectorStatus, 'state' | 'reason' | 'sinceMs'> = {
    state: 'waiting',
    reason: 'not asked yet',
    sinceMs: clock.uptimeMs(),
  }

  const setStatus = (state: CollectorStatus['state'], reason: string): void => {
    if (status.state === state && status.reason === reason) return
    status = { state, reason, sinceMs: clock.uptimeMs() }
    const line = reason === '' ? `Docker is watched` : `Docker: ${reason}`
    if (state === 'ok') log.info(line)
    else log.warn(line)
    notify()
  }

  const endpointOf = (): DockerEndpoint | undefined => {
    try {
      return dockerEndpoint(options.dockerHost ?? env.DOCKER_HOST, env)
    } catch (error) {
      status = { state: 'off', reason: (error as Error).message, sinceMs: clock.uptimeMs() }
      return undefined
    }
  }
  const endpoint = endpointOf()
  const library = endpoint && createDockerLibrary(endpoint)
  const client = library && createDockerClient(library, options.environment)
  const controls =
    library &&
    client &&
    createContainerControls({
      client,
      actions: createDockerActions(library),
      processes: visibleProcesses(procRoot),
      clock,
      newKey: () => randomBytes(16).toString('hex'),
      records:
        options.stateDir === undefined ? noExecRecords : createExecRecords(join(options.stateDir, 'execs')),
      log,
    })
  const inventory = client && createInventory(client, log, inventoryChanged)
  const usage =
    client &&
    createContainerUsage({
      cgroups: createCgroupReader({ procRoot, nowMs: () => clock.uptimeMs() }),
      ...{ client, clock, log },
      containers: () => measuredContainers(inventory?.containers ?? new Map()),
      sampleWindowMs: options.sampleWindowMs ?? SAMPLE_WINDOW_MS,
    })
  const contribute = contributionOf(
    options.redact ?? redactCommandLine,
    // The token in the state directory makes an admin.
    [endpoint?.socketPath, options.stateDir].filter((path) => path !== undefined),
  )
  const scopes = scopesOf()

  function inventoryChanged(): void {
    usage?.changed()
    notify()
  }
  const runningIds = (): Set<string> =>
    new Set(
      [...(inventory?.containers.values() ?? [])].flatMap(({ Id, State }) => (State.Running ? [Id] : [])),
    )

  const connect = async (at: DockerEndpoint, from: DockerClient): Promise<Connection> => {
    const info = await from.info()
    const addresses = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => address),
    )
    const machine = { hostName: os.hostname(), kernelRelease: release(), addresses }
    return { info, local: isLocalDaemon(at, info, machine) }
  }

  /** One connection to the daemon, from opening until it ends. @throws the error that ended it */
  const session = async (at: DockerEndpoint, from: DockerClient, listed: () => void): Promise<never> => {
    const ending = new AbortController()
    const signal = AbortSignal.any([ending.signal, stopping.signal])
    let ping: NodeJS.Timeout | undefined
    let look: NodeJS.Timeout | undefined
    try {
      const opening = setTimeout(() => ending.abort(), OPEN_TIMEOUT_MS)
      const events = await from.events(signal).finally(() => clearTimeout(opening))
      const consumed = (async () => {
        for await (const event of events) {
          counts.events++
          inventory?.handle(event)
          controls?.handle(event)
        }
        throw new Error('it closed the stream of events')
      })()
      const connected = await Promise.race([connect(at, from), consumed])
      connection = connected
      await Promise.race([inventory?.refreshAll(), consumed])
      usage?.connected({
        local: connected.local,
        machine: { cores: connected.info.NCPU, memoryBytes: connected.info.MemTotal },
      })
      void controls?.endLeftBehind()
      counts.connects++
      lostAtMs = undefined
      const answers = (): void => {
        if (connected.local) setStatus('ok', usage?.reason() ?? '')
        else setStatus('degraded', remoteReason(at, connected.info))
      }
      answers()
      listed()
      let isSilent = false
      const lookOnce = async (): Promise<void> => {
        const isThere = await from.ping(LOOK_TIMEOUT_MS).then(
          () => true,
          () => false,
        )
        if (signal.aborted) return
        if (!isThere) setStatus('degraded', hungReason(at))
        else {
          answers()
          if (isSilent) void controls?.endLeftBehind()
        }
        isSilent = !isThere
      }
      const silent = new Promise<never>((_, reject) => {
        const lookAgain = (): void => {
          if (!signal.aborted) look = setTimeout(() => void lookOnce().then(lookAgain, reject), LOOK_MS)
        }
        lookAgain()
        // Only a peer on a network can disappear without closing the connection.
        if (at.host !== undefined) ping = setInterval(() => from.info().catch(reject), PING_MS)
      })
      return await Promise.race([consumed, silent])
    } finally {
      clearInterval(ping)
      clearTimeout(look)
      ending.abort()
      inventory?.suspend()
      usage?.disconnected()
    }
  }

  const run = async (at: DockerEndpoint, from: DockerClient, answered: () => void): Promise<void> => {
    const backoff = createBackoff(RECONNECT_PAUSES)
    while (!stopping.signal.aborted) {
      const listed = (): void => {
        backoff.reset()
        answered()
      }
      await session(at, from, listed).catch((error: unknown) => {
        if (stopping.signal.aborted) return
        lostAtMs ??= clock.uptimeMs()
        const kept = (inventory?.containers.size ?? 0) > 0 ? '; its containers are shown as last seen' : ''
        setStatus('waiting', `no answer from Docker at ${at.text}: ${reasonOf(error)}${kept}`)
      })
      answered()
      await waitForDaemon(at, backoff.next(), stopping.signal)
    }
  }

  return {
    id: 'docker',
    async start(changed) {
      notify = changed
      if (endpoint === undefined || client === undefined || usage === undefined) return
      endSampling = every(SAMPLE_INTERVAL_MS, () => usage.sample())
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, FIRST_ANSWER_MS)
        running = run(endpoint, client, () => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
    collect(uptimeMs, samplesSinceMs) {
      if (lostAtMs !== undefined && uptimeMs - lostAtMs > KEEP_WHILE_AWAY_MS) inventory?.clear()
      const counters = {
        containers: inventory?.containers.size ?? 0,
        images: inventory?.images.size ?? 0,
        ...counts,
        ...usage?.counts(),
        inspectErrors: inventory?.errors() ?? 0,
      }
      const whole: CollectorStatus = {
        id: 'docker',
        mode: status.state === 'off' ? 'off' : 'docker',
        ...status,
        counters,
      }
      const owner = { hostId, daemonId: connection?.info.ID ?? '', local: connection?.local ?? true }
      return {
        ...contribute(inventory, owner),
        metrics: usage?.metrics(uptimeMs, samplesSinceMs) ?? [],
        connections: [],
        status: whole,
      }
    },
    controls: () => controls?.all ?? [],
    scopeOf: (ip) => (connection?.local ? scopes(inventory, hostId)(ip) : undefined),
    running: () => (connection?.local ? runningIds() : new Set()),
    pidOf: (id) => (connection?.local && inventory?.containers.get(id)?.State.Pid) || undefined,
    async stop() {
      notify = () => {}
      endSampling()
      stopping.abort()
      await controls?.stop()
      await running
      usage?.stop()
      library?.close()
    },
  }
}

const hungReason = (at: DockerEndpoint): string =>
  `Docker at ${at.text} does not answer: its containers are shown as last seen, and controls of containers do not work; look at its own log`

const remoteReason = (at: DockerEndpoint, info: InfoMessage): string =>
  `Docker at ${at.text} runs on another machine (${info.Name || 'unnamed'}): its containers are shown, but their processes and connections are not of this host; run a probe there`
