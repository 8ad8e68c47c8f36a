import type { Controllable, ControllablesDocument, OfferedControl } from '../../../src/api/control.ts'
import { containerNodeId } from '../../../src/report/ids.ts'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { type RunningScope, type ScopeSurroundings, startScope } from '../../support/scope/running-scope.ts'
import {
  type AppAccess,
  type ControlTarget,
  openTerminal,
  type Terminal,
  useControl,
} from '../../support/scope/terminal-client.ts'

/** A container is started, found, and reported with what it offers. */
const OFFERED_WITHIN_MS = EVENTUALLY_MS

/** Scope beside a Docker daemon, and the API of its controls. */
export interface ControlStage {
  readonly docker: TestDocker
  readonly scope: RunningScope
  readonly access: AppAccess
  /** What can be done to the nodes of a view. @param query of `GET /api/controls` */
  offered(query: Readonly<Record<string, string>>): Promise<readonly Controllable[]>
  /** Ids of the controls that a container offers now. @param id all 64 hex digits */
  offeredOn(id: string): Promise<readonly string[]>
  /** Waits until a container offers a control. */
  control(id: string, control: string): Promise<OfferedControl>
  /** Waits until a container offers a control, and uses it. */
  use(id: string, control: string, args?: Readonly<Record<string, string>>): ReturnType<typeof useControl>
  /** Waits until a container offers a control, and looks at what it opens. */
  open(id: string, control: string, args?: Readonly<Record<string, string>>): Promise<Terminal>
  /** A terminal of a program in a container. */
  exec(id: string, command: readonly string[], tty?: boolean): Promise<Terminal>
  /** `State` of `docker inspect`. */
  state(id: string): Promise<Readonly<Record<string, unknown>>>
  /** Command lines of the processes of a container. */
  processesOf(id: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** Begins a stage. @param options of `scope launch` */
export const openControlStage = async (
  options: readonly string[] = [],
  surroundings: ScopeSurroundings = {},
): Promise<ControlStage> => {
  const docker = await openTestDocker()
  const scope = await startScope(options, surroundings).catch(async (error: unknown) => {
    await docker.close()
    throw error
  })
  const access = { url: scope.url, token: (await scope.scope('token')).stdout.trim() }
  const offered = async (query: Readonly<Record<string, string>>) => {
    const response = await fetch(`${scope.url}/api/controls?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${access.token}` },
    })
    if (!response.ok) throw new Error(`GET /api/controls: ${response.status} ${await response.text()}`)
    return ((await response.json()) as ControllablesDocument).nodes
  }
  const controlsOf = async (id: string): Promise<readonly OfferedControl[]> =>
    (await offered({ topology: 'containers', ids: containerNodeId(id) })).flatMap(({ controls }) => controls)
  const control = (id: string, wanted: string): Promise<OfferedControl> =>
    eventually(
      `${wanted} is offered`,
      async () => (await controlsOf(id)).find((one) => one.id === wanted),
      OFFERED_WITHIN_MS,
    )
  const open = async (
    id: string,
    wanted: string,
    args: Readonly<Record<string, string>> = {},
  ): Promise<Terminal> =>
    openTerminal(access, (await control(id, wanted)) satisfies ControlTarget, wanted, args)
  return {
    docker,
    scope,
    access,
    offered,
    offeredOn: async (id) => (await controlsOf(id)).map((one) => one.id),
    control,
    use: async (id, wanted, args) => useControl(access, await control(id, wanted), wanted, args),
    open,
    exec: (id, command, tty = true) =>
      open(id, 'docker_exec_container', { command: JSON.stringify(command), tty: String(tty) }),
    state: async (id) => JSON.parse(await docker.docker('inspect', '--format', '{{json .State}}', id)),
    processesOf: async (id) => (await docker.docker('top', id, '-eo', 'pid,args')).split('\n').slice(1),
    async close() {
      try {
        await scope.stop()
      } finally {
        await docker.close()
      }
    },
  }
}

/** Collects what a terminal prints. */
export const printed = (terminal: Terminal): { readonly text: string } => {
  const collected = { text: '' }
  terminal.onOutput = (output) => {
    collected.text += output.toString()
  }
  return collected
}
