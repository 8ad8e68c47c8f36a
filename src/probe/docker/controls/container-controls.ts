import type { Logger } from '../../../log/log.ts'
import type { ControlDescription } from '../../../report/control/control.ts'
import { containerNodeId } from '../../../report/ids.ts'
import { RequestError } from '../../channel/methods.ts'
import type { Clock } from '../../collector.ts'
import type { Control, ControlOutcome, ControlUse } from '../../controls/control.ts'
import type { DockerActions, LifeAction } from '../daemon/actions.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { ContainerMessage, EventMessage } from '../daemon/messages.ts'
import { openAttach } from './attach.ts'
import { containerControls } from './descriptions.ts'
import { createLeftBehind } from './exec/end-left-behind.ts'
import type { VisibleProcesses } from './exec/end-visible.ts'
import { execArgumentsOf } from './exec/exec-arguments.ts'
import type { ExecRecords } from './exec/exec-records.ts'
import { openExec } from './exec/open-exec.ts'
import { explainFailure } from './failure.ts'
import { changeLife } from './life.ts'
import { logArgumentsOf } from './log-arguments.ts'
import { openLogs } from './logs.ts'
import { createSessions, type Opened } from './sessions.ts'

/** What {@link createContainerControls} needs. */
export interface ContainerControlsOptions {
  readonly client: Pick<DockerClient, 'container'>
  readonly actions: DockerActions
  readonly processes: VisibleProcesses
  readonly clock: Pick<Clock, 'nowMs'>
  readonly newKey: () => string
  readonly records: ExecRecords
  readonly log: Logger
}

/** What can be done to the containers of a daemon. */
export interface ContainerControls {
  readonly all: readonly Control[]
  /**
   * Ends what an earlier probe has opened and, since it was killed, not ended, and what could not be ended until now. Call it when
   * Docker answers.
   */
  endLeftBehind(): Promise<void>
  /** Takes an event of the daemon: what could not be ended in a container is tried again when that may have changed. */
  handle(event: EventMessage): void
  /** Ends all that was opened. */
  stop(): Promise<void>
}

/** The events after which something may be ended that could not be before, or has ended with its container. */
const ENDS_AGAIN: ReadonlySet<string> = new Set(['start', 'unpause', 'die'])

const containerIdOf = (nodeId: string): string => {
  const [id = ''] = nodeId.split(';')
  if (!/^[0-9a-f]{12,128}$/.test(id) || nodeId !== containerNodeId(id))
    throw new RequestError('unknown_node', `${nodeId} is no container`)
  return id
}

/** Creates the controls of containers. */
export const createContainerControls = (options: ContainerControlsOptions): ContainerControls => {
  const { client, actions, clock, log } = options
  const sessions = createSessions(log)
  const leftBehind = createLeftBehind(options)

  const using =
    (work: (container: ContainerMessage, use: ControlUse) => Promise<ControlOutcome>) =>
    async (use: ControlUse): Promise<ControlOutcome> => {
      const id = containerIdOf(use.nodeId)
      const container = await client.container(id).catch((error: unknown) => {
        throw explainFailure('tell of the container', error)
      })
      if (container === undefined)
        throw new RequestError('unknown_node', 'there is no such container any more')
      return work(container, use)
    }
  const control = (description: ControlDescription, run: ReturnType<typeof using>): Control => ({
    ...description,
    run,
  })
  const life = (action: LifeAction): Control =>
    control(
      containerControls[action],
      using((container, use) => changeLife({ actions, container }, action, use)),
    )

  return {
    all: [
      control(
        containerControls.logs,
        using(async (container, { args, signal }) => {
          const asked = logArgumentsOf(args, clock.nowMs())
          return sessions.add(await openLogs(actions, container, asked, signal), container.Id)
        }),
      ),
      control(
        containerControls.attach,
        using(async (container, { signal }) =>
          sessions.add(await openAttach(actions, container, signal), container.Id),
        ),
      ),
      control(
        containerControls.exec,
        using(async (container, { args, signal }) => {
          const asked = execArgumentsOf(args)
          const abandon = (opened: Opened): void => sessions.add(opened, container.Id).opened?.abandon()
          return sessions.add(await openExec({ ...options, container, abandon }, asked, signal), container.Id)
        }),
      ),
      ...(['start', 'restart', 'pause', 'unpause', 'stop', 'kill', 'remove'] as const).map(life),
    ],
    async endLeftBehind() {
      await Promise.all([leftBehind.end(), sessions.endLeft()])
    },
    handle({ Type, Action, Actor }) {
      if (Type !== 'container' || !ENDS_AGAIN.has(Action)) return
      void sessions.endLeft(Actor.ID)
      leftBehind.handle(Actor.ID)
    },
    async stop() {
      leftBehind.stop()
      await sessions.endAll()
    },
  }
}
