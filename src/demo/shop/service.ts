/** A program: one process, or several identical ones. */
export interface Program {
  /** Command name, at most 15 characters. */
  readonly name: string
  readonly argv: readonly string[]
  /** Number of processes; 1 by default. */
  readonly count?: number
  /** Has no connections, such as a process that only supervises others. */
  readonly idle?: boolean
}

/** Requests of one copy of a service to another service or an outsider. */
export interface Call {
  /** Name of a service of the same shop or of the hosts, or of an outsider. */
  readonly to: string
  /** Average requests per second. */
  readonly perSecond: number
  /** Number of connections kept open; without it, every request opens one. */
  readonly pool?: number
  /** How long a connection of a single request lasts, ms. */
  readonly lastsMs?: number
  /** Bytes of a request and of its answer. */
  readonly sent: number
  readonly received: number
  /** Share of requests that fail to connect. */
  readonly failing?: number
  /** Number of copies that the requests are spread over; 1 by default. */
  readonly among?: number
  /** Sends requests to all copies, `perSecond` to each. */
  readonly all?: boolean
}

/**
 * How a service runs: in a container of a Compose project or a Swarm stack, in a short-lived container (`job`), or
 * directly on the host (`host`).
 */
export type Deployment = 'compose' | 'swarm' | 'job' | 'host'

/** A service of a shop or of its hosts. */
export interface Service {
  readonly name: string
  readonly deployment: Deployment
  /** Compose project or Swarm stack. */
  readonly project?: string
  /** Image reference with tag. */
  readonly image?: string
  readonly imageMegabytes?: number
  readonly programs: readonly Program[]
  /** Port on which it listens. */
  readonly port?: number
  /** Container ports published on the host; see `publishedPort` for the host's port numbers. */
  readonly published?: readonly number[]
  /** Networks of the container: the overlay of the whole shop, the bridge of its own host, or both. */
  readonly network?: 'overlay' | 'bridge' | 'both'
  /** Number of copies in a shop of 40 containers. */
  readonly copies: number
  /** Keeps data: it never gets more copies, and churn does not affect it. */
  readonly stateful?: boolean
  /** Stops answering for a while every few minutes. */
  readonly fails?: boolean
  /** Has a health check: a short command that runs in the container every few seconds. */
  readonly healthCheck?: boolean
  /** Number of visitors from the Internet at a time. */
  readonly visitors?: number
  /** Average CPU use in percent of a core. */
  readonly cpu: number
  readonly memoryMegabytes: number
  readonly volumes?: readonly string[]
  readonly unit?: string
  readonly calls?: readonly Call[]
}

/** A server outside the story that services connect to. */
export interface Outsider {
  readonly name: string
  readonly ip: string
  readonly port: number
  /** DNS name that clients resolve; absent when they connect by address. */
  readonly domain?: string
  /** Usual round-trip time. */
  readonly rttUs: number
}
