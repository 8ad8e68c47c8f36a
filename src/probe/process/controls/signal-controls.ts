import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { RequestError } from '../../channel/methods.ts'
import type { Control, ControlOutcome, ControlUse } from '../../controls/control.ts'
import { type ProcessSignal, SignalError, type SignalFailure } from './signal-process.ts'

/** What {@link createSignalControls} needs. */
export interface SignalControlOptions {
  /** See {@link ProcessSignal.procRoot}. */
  readonly procRoot: string
  /** Sends the signal; `signalProcess`. */
  readonly send: (order: ProcessSignal) => void
}

const codes: Readonly<Record<SignalFailure, string>> = {
  gone: 'conflict',
  not_permitted: 'not_allowed',
  unsupported: 'unsupported',
}

/**
 * Which process a node stands for.
 *
 * @throws {RequestError} when it tells no pid and start time
 */
const identityOf = ({ id, facts: known }: ReportNode): Pick<ProcessSignal, 'pid' | 'startTicks'> => {
  const { [facts.pid]: pid, [facts.startTicks]: startTicks } = known
  if (typeof pid === 'number' && typeof startTicks === 'number') return { pid, startTicks }
  throw new RequestError('conflict', `${id} has been reported without its pid and start time`)
}

/** Controls that send a signal to the process that a node was reported for. */
export const createSignalControls = ({ procRoot, send }: SignalControlOptions): readonly Control[] => {
  const sending =
    (signal: NodeJS.Signals) =>
    async ({ node }: ControlUse): Promise<ControlOutcome> => {
      const { pid, startTicks } = identityOf(node)
      try {
        send({ pid, startTicks, signal, procRoot })
      } catch (error) {
        if (error instanceof SignalError) throw new RequestError(codes[error.code], error.message)
        throw error
      }
      return { message: `${signal} was sent to ${node.name} (process ${pid})` }
    }
  return [
    {
      id: 'process_terminate',
      kind: 'process',
      label: 'Terminate (SIGTERM)',
      icon: 'fa fa-stop',
      rank: 0,
      confirmation: 'Ask this process to end (SIGTERM)?',
      run: sending('SIGTERM'),
    },
    {
      id: 'process_kill',
      kind: 'process',
      label: 'Kill (SIGKILL)',
      icon: 'fa fa-skull',
      rank: 1,
      confirmation: 'End this process at once (SIGKILL)? It gets no chance to save anything.',
      run: sending('SIGKILL'),
    },
  ]
}
