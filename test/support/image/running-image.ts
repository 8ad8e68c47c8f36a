import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ViewDocument } from '../../../src/api/types.ts'
import { eventually } from '../eventually.ts'
import type { TestDocker } from '../machine/docker.ts'
import { freePort } from '../machine/free-port.ts'
import { named } from '../run/run.ts'

/** Scope in a container of its image. */
export interface RunningImage {
  readonly url: string
  readonly container: string
  /** Its state directory, on the machine. */
  readonly stateDir: string
  /** `docker exec CONTAINER scope …`; rejects when it fails. */
  scope(...args: string[]): Promise<string>
  /** Process id of a member that runs, as the machine sees it. */
  pidOf(member: 'supervisor' | 'app' | 'probe'): Promise<number>
  get<T>(path: string): Promise<T>
  view(name: string): Promise<ViewDocument>
  /** What `docker inspect --format` prints. */
  inspect(format: string): Promise<string>
  remove(): Promise<void>
}

/** How {@link runImage} runs it. */
export interface RunImageOptions {
  /** Options of `docker run`, in place of those that show the container the machine. */
  readonly dockerArgs?: readonly string[]
  /** Options of `scope run`. */
  readonly options?: readonly string[]
}

/** What Scope needs, and no more: `docs/docker.md`. `SYS_ADMIN` stands for `BPF` and `PERFMON`, which not every Docker knows. */
const CAPABILITIES = [
  ...['SYS_ADMIN', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'NET_ADMIN', 'KILL'],
  ...['CHOWN', 'DAC_OVERRIDE', 'SETUID', 'SETGID'],
]

/** Options of `docker run` that show a container the machine, and let it change nothing in itself. */
export const wholeMachine = (docker: TestDocker): readonly string[] => [
  ...['--cap-drop=ALL', ...CAPABILITIES.map((name) => `--cap-add=${name}`)],
  ...['--security-opt=seccomp=unconfined', '--network=host', '--pid=host'],
  ...['--read-only', '--tmpfs=/tmp', '--tmpfs=/run'],
  ...[
    '--volume',
    '/sys/kernel/tracing:/sys/kernel/tracing:ro',
    '--volume',
    '/etc/machine-id:/etc/machine-id:ro',
  ],
  ...['--volume', `${docker.host.replace('unix://', '')}:/var/run/docker.sock`],
]

/** Runs the image, and waits until it is launched. @param name follows the prefix of the containers */
export const runImage = async (
  docker: TestDocker,
  image: string,
  name: string,
  { dockerArgs = [...wholeMachine(docker), '--cgroupns=host'], options = [] }: RunImageOptions = {},
): Promise<RunningImage> => {
  const stateDir = mkdtempSync(join(tmpdir(), `${named('state')}-`))
  const container = docker.prefix + name
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const volume = `${stateDir}:/var/lib/scope`
  const run = [image, 'run', `--app.http.address=${address}`, ...options]
  await docker.docker('run', '--detach', '--name', container, '--volume', volume, ...dockerArgs, ...run)
  const logs = () => docker.docker('logs', container)
  const scope = (...args: string[]) => docker.docker('exec', container, 'scope', ...args)
  const inspect = (format: string) => docker.docker('inspect', '--format', format, container)
  await eventually('the launch', async () => {
    if (/Scope is running\./.test(await logs())) return true
    if ((await inspect('{{.State.Running}}')) === 'true') return undefined
    throw new Error(`the container ended: ${await logs()}`)
  })
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`)
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    url,
    container,
    stateDir,
    scope,
    get,
    inspect,
    view: (view) => get<ViewDocument>(`/api/topology/${view}`),
    pidOf: async (member) => {
      if (member === 'supervisor') return Number(await inspect('{{.State.Pid}}'))
      // It fails when something is not well at the moment, as when the app takes seconds to answer.
      const status = await docker.docker('exec', container, 'sh', '-c', 'scope status --json || true')
      const pid = (JSON.parse(status) as Record<string, { pid?: number }>)[member]?.pid
      if (pid === undefined) throw new Error(`the ${member} does not run`)
      return pid
    },
    remove: async () => {
      await docker.docker('rm', '--force', '--volumes', container)
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
