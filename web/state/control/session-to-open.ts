import type { SessionKind } from '../../../src/report/control/control.ts'

/** A pipe that a control has opened, and what it belongs to. */
export interface SessionToOpen {
  readonly kind: SessionKind
  /** Id of the pipe; secret. It is never part of an address, a history entry or a log. */
  readonly pipe: string
  /** The output is that of a terminal, which can be resized. */
  readonly tty: boolean
  /** The node as the probe names it. */
  readonly nodeId: string
  /** Name of the node, for people. */
  readonly label: string
  readonly probeId: string
  /** The control that opened it. With it, logs can be asked for again from another time. */
  readonly control?: string
  /** Logs of the same group are shown in one tab, merged by time. */
  readonly group?: string
}
