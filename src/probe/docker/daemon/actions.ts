import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type Docker from 'dockerode'
import * as z from 'zod'
import type { DockerLibrary } from './library.ts'

/** What an operator wants to happen to a container, as Docker's API names it. */
export type LifeAction = 'start' | 'restart' | 'pause' | 'unpause' | 'stop' | 'kill' | 'remove'

/** A program to run in a container, `POST /containers/{id}/exec`. */
export interface ExecOptions {
  readonly argv: readonly string[]
  readonly tty: boolean
  /** `KEY=value` */
  readonly env: readonly string[]
  /** User, or `user:group`; the container's own unless told. */
  readonly user?: string | undefined
  readonly workdir?: string | undefined
}

/** Which lines of a log, `GET /containers/{id}/logs`. */
export interface LogOptions {
  readonly follow: boolean
  /** Seconds since 1970 with up to 9 decimals. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** A number of lines, or `all`. */
  readonly tail: string
  readonly stdout: boolean
  readonly stderr: boolean
  readonly timestamps: boolean
}

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

const execSchema = z.object({
  Running: z.boolean(),
  /** In the pid namespace of the daemon; 0 when it has not begun, or could not. */
  Pid: z.number().nullish(),
  ExitCode: z.number().nullish(),
})

const exitSchema = z.object({
  /** Podman has -1 when it lost sight of the container. */
  StatusCode: z.int().min(0),
  /** Why the code says nothing, which is -1 then; some engines send it empty. */
  Error: z.object({ Message: z.string().max(0, 'the engine could not wait for the container') }).nullish(),
})

const containerStateSchema = z.object({ State: z.object({ Running: z.boolean(), ExitCode: z.number() }) })

/** Whether a container runs, and with what exit code it ended. */
export type ContainerState = z.infer<typeof containerStateSchema>['State']

/** How a program that was run in a container is doing, `GET /exec/{id}/json`. */
export type ExecState = z.infer<typeof execSchema>

/**
 * The requests to a daemon that change something, or that join somebody with a container. All of them throw dockerode's
 * errors. When `signal` is aborted a request is given up, and Docker may still carry it out.
 */
export interface DockerActions {
  /** @param options of the request, such as `signal` of `kill` */
  act(id: string, action: LifeAction, signal: AbortSignal, options?: Record<string, string>): Promise<void>
  /**
   * Joins the main process of a container.
   *
   * @returns a connection that is its input and output; the output of a container without terminal is multiplexed
   */
  attach(id: string, stdin: boolean, signal: AbortSignal): Promise<Socket>
  /**
   * Waits for the end of a container that runs. Resolves as soon as the engine has noted that, so that Docker misses no end from then
   * on. Podman may miss one that comes right after, and wait on.
   *
   * @returns waits until it has ended; gives its exit code
   */
  nextExit(id: string, signal: AbortSignal): Promise<() => Promise<number>>
  /** @returns undefined when there is no such container any more */
  containerState(id: string, signal: AbortSignal): Promise<ContainerState | undefined>
  resize(id: string, size: TerminalSize, signal: AbortSignal): Promise<void>
  /** Prepares to run a program. @returns the id of the exec */
  createExec(id: string, options: ExecOptions, signal: AbortSignal): Promise<string>
  /** Runs it. @returns a connection as with `attach`; also when the program cannot be run, which its state tells */
  startExec(execId: string, tty: boolean, signal: AbortSignal): Promise<Socket>
  /** @returns undefined when there is no such exec any more */
  execState(execId: string, signal: AbortSignal): Promise<ExecState | undefined>
  resizeExec(execId: string, size: TerminalSize, signal: AbortSignal): Promise<void>
  /** Opens the stream of a container's log, multiplexed unless the container has a terminal. Abort the signal to end it. */
  logs(id: string, options: LogOptions, signal: AbortSignal): Promise<Readable>
}

/**
 * Docker swallows the keys that let go of a connection, and holds back the first of them until the next key is typed. So they
 * begin with one that is hardly ever typed, instead of Ctrl+P.
 */
const DETACH_KEYS = 'ctrl-^,ctrl-^,ctrl-^,ctrl-^,ctrl-^,ctrl-^'

/** What dockerode sends requests by. */
interface Modem {
  dial(request: object, done: (error: Error | null, response: IncomingMessage) => void): void
}

/** The parameters of a request, apart from those that dockerode takes for itself. */
const query = (abortSignal: AbortSignal, parameters: object, own: object = {}) =>
  ({ _query: parameters, _body: {}, abortSignal, ...own }) as object

/** @returns what was found; undefined when the daemon has no such thing any more */
const unlessGone = <Found>(found: Promise<Found>): Promise<Found | undefined> =>
  found.catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined
    throw error
  })

/** Creates the requests for a daemon. */
export const createDockerActions = (library: DockerLibrary): DockerActions => {
  const containerAt = async (id: string, signal: AbortSignal): Promise<Docker.Container> =>
    (await library.load(signal)).getContainer(id)
  const execAt = async (id: string, signal: AbortSignal): Promise<Docker.Exec> =>
    (await library.load(signal)).getExec(id)
  const sizeOf = ({ columns, rows }: TerminalSize) => ({ w: columns, h: rows })

  return {
    async act(id, action, signal, options = {}) {
      const container = await containerAt(id, signal)
      const act = container[action] as (options: object) => Promise<unknown>
      await act.call(container, query(signal, options))
    },
    async attach(id, stdin, signal) {
      const container = await containerAt(id, signal)
      const parameters = { stream: true, stdin, stdout: true, stderr: true, detachKeys: DETACH_KEYS }
      // dockerode sends the request only together with a body.
      const own = { hijack: true, stdin: true, _body: { stream: true } } as const
      return (await container.attach(
        query(signal, parameters, own) as Docker.ContainerAttachOptions,
      )) as unknown as Socket
    },
    async nextExit(id, signal) {
      const { modem } = (await containerAt(id, signal)) as { modem: Modem }
      // dockerode's own method tells nothing before the end. Docker begins its answer when it has noted the request.
      const answer = await new Promise<IncomingMessage>((resolve, reject) =>
        modem.dial(
          {
            path: `/containers/${id}/wait?`,
            method: 'POST',
            options: query(signal, { condition: 'next-exit' }),
            abortSignal: signal,
            isStream: true,
            statusCodes: { 200: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' },
          },
          (error, response) => (error ? reject(error) : resolve(response)),
        ),
      )
      const exit = json(answer).then((told) => exitSchema.parse(told).StatusCode)
      // Whoever asks for it later hears of its errors; until then nobody listens.
      exit.catch(() => {})
      return () => exit
    },
    async containerState(id, signal) {
      const container = await containerAt(id, signal)
      const found = await unlessGone(container.inspect(query(signal, {})))
      return found && containerStateSchema.parse(found).State
    },
    async resize(id, size, signal) {
      await (await containerAt(id, signal)).resize(query(signal, sizeOf(size)))
    },
    async createExec(id, { argv, tty, env, user, workdir }, signal) {
      const exec = await (await containerAt(id, signal)).exec({
        Cmd: [...argv],
        Env: [...env],
        Tty: tty,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        DetachKeys: DETACH_KEYS,
        ...(user !== undefined && { User: user }),
        ...(workdir !== undefined && { WorkingDir: workdir }),
        abortSignal: signal,
      })
      return exec.id
    },
    async startExec(execId, tty, signal) {
      const exec = await execAt(execId, signal)
      const options = { Tty: tty, Detach: false, hijack: true, stdin: true, abortSignal: signal }
      return (await exec.start(options)) as unknown as Socket
    },
    async execState(execId, signal) {
      const exec = await execAt(execId, signal)
      const found = await unlessGone(exec.inspect(query(signal, {})))
      return found && execSchema.parse(found)
    },
    async resizeExec(execId, size, signal) {
      await (await execAt(execId, signal)).resize(query(signal, sizeOf(size)))
    },
    async logs(id, options, signal) {
      const container = await containerAt(id, signal)
      // dockerode reads a log that is not followed to its end before it returns it, unless `follow` is set here.
      const asked = query(signal, options, { follow: true }) as Docker.ContainerLogsOptions & { follow: true }
      return (await container.logs(asked)) as Readable
    },
  }
}
