import type { ByteStream } from '../../channel/stream.ts'
import type { ControlArguments, ControlDescription, ControlResult } from '../../report/control/control.ts'
import type { ReportNode } from '../../report/schema.ts'

/** One use of a control. */
export interface ControlUse {
  /** Id of a node of the collector's own on which the control was offered in the last report. */
  readonly nodeId: string
  /** That node as it was last reported to the app that gives the order. */
  readonly node: ReportNode
  readonly args: ControlArguments
  /** Aborted when whoever asked has given up, or time is over. */
  readonly signal: AbortSignal
}

/** What came of using a control. */
export type ControlOutcome = Omit<ControlResult, 'opened'> & {
  readonly opened?: {
    /** See `controlResultSchema`. */
    readonly tty: boolean
    /**
     * Called once the app has the answer. Joins the stream with what was opened, and resolves when that has ended. When the
     * stream ends early or is destroyed, it ends what was opened.
     */
    attach(stream: ByteStream): Promise<void>
    /** Called instead of `attach` when the app never got the answer: ends what was opened. */
    abandon(): void
  }
}

/** What can be done to some of a collector's nodes, and the doing. Which nodes offer it, their `controls` say. */
export interface Control extends ControlDescription {
  /** @throws {RequestError} with what went wrong, in words for the person who asked */
  run(use: ControlUse): Promise<ControlOutcome>
}
