import { duplexPair } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Chunk, Lane, Note } from '../../../../src/channel/stream.ts'
import type { Collector } from '../../../../src/probe/collector.ts'
import type { ControlOutcome } from '../../../../src/probe/controls/control.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'
import { eventually } from '../../../support/eventually.ts'
import { containerNode } from '../../../support/reports/reports.ts'

/** Uses a control of a collector on a container, whether or not it is offered. */
export const useControl = (
  collector: Collector,
  control: string,
  containerId: string,
  args: Record<string, string> = {},
  signal = AbortSignal.timeout(60_000),
): Promise<ControlOutcome> => {
  const found = collector.controls?.().find(({ id }) => id === control)
  if (found === undefined) throw new Error(`the collector has no control ${control}`)
  const nodeId = containerNodeId(containerId)
  return found.run({ nodeId, node: { ...containerNode('here', 'any'), id: nodeId }, args, signal })
}

/** The end of a session at which a person sits. */
export interface Session {
  readonly tty: boolean
  /** All that came in a lane so far. */
  text(lane?: Lane): string
  /** The last note that came; undefined when there was none. */
  exit(): unknown
  type(text: string): void
  note(note: Note): void
  endInput(): void
  /** Waits until the output contains a text. */
  says(text: string, lane?: Lane): Promise<void>
  /** Resolves when the probe has let go of the session, and all of its output has been read. */
  readonly over: Promise<void>
  /** Goes away, as when the channel breaks. */
  close(): void
}

/** Joins what a control opened, and reads it. */
export const joinSession = ({ opened }: ControlOutcome): Session => {
  if (opened === undefined) throw new Error('the control opened nothing')
  const [near, far] = duplexPair({ objectMode: true })
  const texts: Record<Lane, string> = { in: '', out: '', err: '', note: '' }
  near.on('error', () => {})
  near.on('data', ({ lane, bytes }: Chunk) => {
    if (lane === 'note') texts.note = Buffer.from(bytes).toString()
    else texts[lane] += Buffer.from(bytes).toString()
  })
  const read = finished(near, { writable: false }).catch(() => {})
  const over = Promise.all([opened.attach(far), read]).then(() => {})
  const send = (lane: Lane, text: string): void =>
    void near.write({ lane, bytes: Buffer.from(text) } satisfies Chunk)
  return {
    tty: opened.tty,
    text: (lane = 'out') => texts[lane],
    exit: () => (texts.note === '' ? undefined : JSON.parse(texts.note).exit),
    type: (text) => send('in', text),
    note: (note) => send('note', JSON.stringify(note)),
    endInput: () => void near.end(),
    says: async (text, lane = 'out') => {
      await eventually(`${lane} to contain ${text}`, () => texts[lane].includes(text)).catch((error) => {
        throw new Error(`${error.message}; it was ${JSON.stringify(texts)}`)
      })
    },
    over,
    close() {
      far.destroy()
      near.destroy()
    },
  }
}

/**
 * Whether a program runs with a command line, not only a shell that is going to run it.
 *
 * @param processes lines that end with command lines, as of `docker top`
 */
export const isRunning = (processes: string, commandLine: string): boolean =>
  processes.split('\n').some((line) => line.endsWith(` ${commandLine}`) && !line.includes(' -c '))
