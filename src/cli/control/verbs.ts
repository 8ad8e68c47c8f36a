/** The commands that act on what a query finds. */
export const verbs = [
  'exec',
  'attach',
  'logs',
  'start',
  'stop',
  'restart',
  'pause',
  'unpause',
  'kill',
  'remove',
  'signal',
  'shell',
] as const

/** See {@link verbs}. */
export type Verb = (typeof verbs)[number]

/** What a verb acts on: the view in which its query is looked for, and a word for one node of it. */
export interface VerbDefinition {
  readonly view: 'containers' | 'processes' | 'hosts'
  readonly noun: 'container' | 'process' | 'host'
  /** Id of the control. */
  readonly control: string
  /** To follow "cannot be": `stopped`. */
  readonly done: string
  /** `session`: one terminal; `logs`: lines of one or several; `act`: done when it is answered. */
  readonly kind: 'session' | 'logs' | 'act'
}

const ofContainers = (
  control: string,
  done: string,
  kind: VerbDefinition['kind'] = 'act',
): VerbDefinition => ({ view: 'containers', noun: 'container', control, done, kind })

/** The ids are those of the controls of probes; see docs/controls.md. */
export const verbDefinitions: Readonly<Record<Verb, VerbDefinition>> = {
  exec: ofContainers('docker_exec_container', 'entered', 'session'),
  attach: ofContainers('docker_attach_container', 'attached to', 'session'),
  logs: ofContainers('docker_get_logs', 'read', 'logs'),
  start: ofContainers('docker_start_container', 'started'),
  stop: ofContainers('docker_stop_container', 'stopped'),
  restart: ofContainers('docker_restart_container', 'restarted'),
  pause: ofContainers('docker_pause_container', 'paused'),
  unpause: ofContainers('docker_unpause_container', 'unpaused'),
  kill: ofContainers('docker_kill_container', 'killed'),
  remove: ofContainers('docker_remove_container', 'removed'),
  signal: {
    view: 'processes',
    noun: 'process',
    control: 'process_terminate',
    done: 'signalled',
    kind: 'act',
  },
  shell: { view: 'hosts', noun: 'host', control: 'host_exec', done: 'entered', kind: 'session' },
}

/** The control by which `scope signal` sends each signal. */
export const signalControls = { TERM: 'process_terminate', KILL: 'process_kill' } as const

/** Several of what a verb acts on. */
export const plural = (noun: VerbDefinition['noun']): string =>
  noun === 'process' ? 'processes' : `${noun}s`

/** `1 container`, `3 processes`. */
export const counted = (count: number, noun: VerbDefinition['noun']): string =>
  `${count.toLocaleString('en')} ${count === 1 ? noun : plural(noun)}`
