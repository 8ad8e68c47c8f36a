import type { ControlDescription } from '../../../report/control/control.ts'
import { execArguments } from './exec/exec-arguments.ts'
import { signalArgument } from './signal-argument.ts'

/** Docker waits for a container to end by itself, 10 s unless the container has another limit. */
const PATIENT_MS = 60_000
/** To begin a process in a container on a busy machine, and to look for a shell meanwhile. */
const OPEN_MS = 30_000
const START_MS = 30_000

/** The controls of containers. Ids, labels and icons are those of Weave Scope where it has them. */
export const containerControls = {
  logs: {
    id: 'docker_get_logs',
    kind: 'container',
    label: 'Logs',
    icon: 'far fa-file-alt',
    rank: 0,
    opens: 'logs',
  },
  attach: {
    id: 'docker_attach_container',
    kind: 'container',
    label: 'Attach',
    icon: 'fa fa-desktop',
    rank: 1,
    opens: 'terminal',
    enters: true,
  },
  exec: {
    id: 'docker_exec_container',
    kind: 'container',
    label: 'Exec shell',
    icon: 'fa fa-terminal',
    rank: 2,
    opens: 'terminal',
    enters: true,
    timeoutMs: OPEN_MS,
    arguments: execArguments,
  },
  start: {
    id: 'docker_start_container',
    kind: 'container',
    label: 'Start',
    icon: 'fa fa-play',
    rank: 3,
    timeoutMs: START_MS,
  },
  restart: {
    id: 'docker_restart_container',
    kind: 'container',
    label: 'Restart',
    icon: 'fa fa-redo',
    rank: 4,
    timeoutMs: PATIENT_MS,
    confirmation: 'Restart this container?',
  },
  pause: {
    id: 'docker_pause_container',
    kind: 'container',
    label: 'Pause',
    icon: 'fa fa-pause',
    rank: 5,
    confirmation: 'Pause this container? Its processes stand still until it is unpaused.',
  },
  unpause: {
    id: 'docker_unpause_container',
    kind: 'container',
    label: 'Unpause',
    icon: 'fa fa-play',
    rank: 6,
  },
  stop: {
    id: 'docker_stop_container',
    kind: 'container',
    label: 'Stop',
    icon: 'fa fa-stop',
    rank: 7,
    timeoutMs: PATIENT_MS,
    confirmation: 'Stop this container?',
  },
  kill: {
    id: 'docker_kill_container',
    kind: 'container',
    label: 'Kill',
    icon: 'fa fa-skull',
    rank: 8,
    confirmation: 'Kill this container? With SIGKILL its processes end at once, without saving anything.',
    arguments: [signalArgument],
  },
  remove: {
    id: 'docker_remove_container',
    kind: 'container',
    label: 'Remove',
    icon: 'far fa-trash-alt',
    rank: 9,
    timeoutMs: START_MS,
    confirmation: 'Remove this container? What it has written outside of volumes is lost.',
  },
} as const satisfies Record<string, ControlDescription>

/** What can be done to a container; see {@link containerControls}. */
export type ContainerAction = keyof typeof containerControls
