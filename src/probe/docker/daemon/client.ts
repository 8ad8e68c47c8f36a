import type Docker from 'dockerode'
import * as z from 'zod'
import type { DockerLibrary } from './library.ts'
import {
  type ContainerMessage,
  containerSchema,
  type EventMessage,
  eventSchema,
  type ImageMessage,
  type InfoMessage,
  imageSchema,
  infoSchema,
  listedContainerSchema,
  type NetworkMessage,
  networkSchema,
  type StatsMessage,
  statsSchema,
} from './messages.ts'

/** A client for the Docker API that only reads. */
export interface DockerClient {
  info(): Promise<InfoMessage>
  /** Resolves when the daemon answers, which takes it nothing. @throws when it does not within that time */
  ping(timeoutMs: number): Promise<void>
  /** Ids of all containers, running or not. */
  containerIds(): Promise<string[]>
  /** @returns undefined when there is no such container */
  container(id: string): Promise<ContainerMessage | undefined>
  images(): Promise<ImageMessage[]>
  networks(): Promise<NetworkMessage[]>
  /** Opens the stream of events; it ends when the daemon stops. */
  events(signal: AbortSignal): Promise<AsyncIterable<EventMessage>>
  /** Opens the stream of a container's usage, about one message a second; it ends when the container stops. */
  stats(id: string, signal: AbortSignal): Promise<AsyncIterable<StatsMessage>>
}

/** Thrown when an answer does not have the format of the Docker API. */
export class DockerMessageError extends Error {
  override readonly name = 'DockerMessageError'
}

const REQUEST_TIMEOUT_MS = 20_000
/** Limit on the length of a line. Lines of Docker are far shorter, so a peer that sends more is not Docker. */
const MAX_LINE_LENGTH = 4 * 1024 * 1024

/** The events that are subscribed to. Exec events are not, since health checks and probes cause thousands of them. */
const EVENTS = [
  ...['create', 'start', 'restart', 'die', 'stop', 'oom', 'pause', 'unpause', 'rename', 'update', 'destroy'],
  ...[
    'health_status',
    'connect',
    'disconnect',
    'remove',
    'pull',
    'tag',
    'untag',
    'delete',
    'import',
    'load',
    'prune',
  ],
]

const parsed = <T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new DockerMessageError(
    `Docker's answer to ${what} is not understood: ${z.prettifyError(result.error)}`,
  )
}

/** `readline` is not used since it keeps waiting when a stream breaks off instead of ending. */
async function* linesOf(stream: NodeJS.ReadableStream, what: string): AsyncGenerator<string> {
  stream.setEncoding('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    if (rest.length > MAX_LINE_LENGTH) throw new DockerMessageError(`Docker's ${what} have no line ends`)
    yield* lines.filter((line) => line.trim() !== '')
  }
}

async function* messagesOf<T extends z.ZodType>(
  stream: NodeJS.ReadableStream,
  schema: T,
  what: string,
): AsyncGenerator<z.infer<T>> {
  for await (const line of linesOf(stream, what)) {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (cause) {
      throw new DockerMessageError(`Docker's ${what} are not JSON`, { cause })
    }
    yield parsed(schema, value, what)
  }
}

const withoutEnvironment = (container: ContainerMessage): ContainerMessage => ({
  ...container,
  Config: { ...container.Config, Env: [] },
})

const isNotFound = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404

/**
 * Creates a client of a daemon. It does not connect yet.
 *
 * @param withEnvironment true to keep the environment of containers, which is otherwise dropped when it is read
 */
export const createDockerClient = (library: DockerLibrary, withEnvironment = false): DockerClient => {
  const bounded = async () => {
    const abortSignal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    return { docker: await library.load(abortSignal), options: { abortSignal } }
  }

  return {
    async info() {
      const { docker, options } = await bounded()
      // dockerode accepts options here, but its types lack them.
      const info = docker.info as (options: object) => Promise<unknown>
      return parsed(infoSchema, await info.call(docker, options), '/info')
    },
    async ping(timeoutMs) {
      const abortSignal = AbortSignal.timeout(timeoutMs)
      const docker = await library.load(abortSignal)
      // dockerode accepts options here, but its types lack them.
      const ping = docker.ping as (options: object) => Promise<unknown>
      await ping.call(docker, { abortSignal })
    },
    async containerIds() {
      const { docker, options } = await bounded()
      const list = await docker.listContainers({ all: true, ...options })
      return parsed(z.array(listedContainerSchema), list, '/containers').map(({ Id }) => Id)
    },
    async container(id) {
      try {
        const { docker, options } = await bounded()
        const answer = await docker.getContainer(id).inspect(options)
        const container = parsed(containerSchema, answer, `/containers/${id}`)
        return withEnvironment ? container : withoutEnvironment(container)
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    async images() {
      const { docker, options } = await bounded()
      return parsed(z.array(imageSchema), await docker.listImages(options), '/images')
    },
    async networks() {
      const { docker, options } = await bounded()
      return parsed(z.array(networkSchema), await docker.listNetworks(options), '/networks')
    },
    async events(abortSignal) {
      const options = {
        filters: { type: ['container', 'image', 'network'] as const, event: EVENTS },
        abortSignal,
      }
      const docker = await library.load(abortSignal)
      const stream = await docker.getEvents(options as unknown as Docker.GetEventsOptions)
      return messagesOf(stream, eventSchema, 'events')
    },
    async stats(id, abortSignal) {
      const options = { stream: true, abortSignal } as { stream: true }
      const container = (await library.load(abortSignal)).getContainer(id)
      return messagesOf(await container.stats(options), statsSchema, 'stats')
    },
  }
}
