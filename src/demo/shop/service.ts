/** A program that runs: one process, or several alike. */
export interface Program {
  /** Command name, at most 15 characters. */
  readonly name: string
  readonly argv: readonly string[]
  /** 1 unless told otherwise. */
  readonly count?: number
  /** Has no part in connections, such as a process that only watches over others. */
  readonly idle?: boolean
}

/** What one copy of a service asks of another service, or of somebody outside. */
export interface Call {
  /** A service of the same shop or of the hosts, else somebody outside. */
  readonly to: string
  /** Requests a second in an average minute. */
  readonly perSecond: number
  /** Connections that are kept open; without it every request makes one. */
  readonly pool?: number
  /** How long a connection of a single request lasts, ms. */
  readonly lastsMs?: number
  /** Bytes of a request and of its answer. */
  readonly sent: number
  readonly received: number
  /** Share of requests that fail to connect. */
  readonly failing?: number
  /** Spreads its requests over so many copies, where it would stay with one. */
  readonly among?: number
  /** Asks all copies there are, each so often. */
  readonly all?: boolean
}

/**
 * Where a service runs: in a container of a Compose project or of a Swarm stack, in a container that starts for a while only
 * (`job`), or without one (`host`).
 */
export type Deployment = 'compose' | 'swarm' | 'job' | 'host'

/** A kind of program that a shop needs. */
export interface Service {
  readonly name: string
  readonly deployment: Deployment
  /** Compose project or Swarm stack. */
  readonly project?: string
  /** With tag. */
  readonly image?: string
  readonly imageMegabytes?: number
  readonly programs: readonly Program[]
  /** Where it listens. */
  readonly port?: number
  /** Published on the host's addresses, under the same numbers. */
  readonly published?: readonly number[]
  /** Networks of the container: of all hosts of the shop, of its own host only, or both. */
  readonly network?: 'overlay' | 'bridge' | 'both'
  /** Copies among 40 containers. */
  readonly copies: number
  /** Keeps data: there are never more copies, and churn does not touch them. */
  readonly stateful?: boolean
  /** Stops answering for a while every few minutes. */
  readonly fails?: boolean
  /** Checked from within by a short command every few seconds. */
  readonly healthCheck?: boolean
  /** Serves the Internet. */
  readonly visitors?: number
  /** Percent of a core in an average minute. */
  readonly cpu: number
  readonly memoryMegabytes: number
  readonly volumes?: readonly string[]
  readonly unit?: string
  readonly calls?: readonly Call[]
}

/** Somebody outside whom services ask. */
export interface Outsider {
  readonly name: string
  readonly ip: string
  readonly port: number
  /** What is asked for in DNS; without it nobody asked. */
  readonly domain?: string
  /** Round trip. */
  readonly rttUs: number
}
