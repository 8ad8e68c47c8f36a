import { createSignal, onCleanup } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import type { ControlArguments } from '../../../src/report/control/control.ts'
import { useControl } from '../../data/controls.ts'
import { doneWords, failedWords, type RunState } from '../../domain/control/run-words.ts'
import { settings } from '../../settings.ts'
import { asRequestError } from '../app-info.ts'
import { openSession } from '../control/open-session.ts'

/** A node of the map that is acted on. */
export interface ActedOn {
  /** Its id in the view. */
  readonly id: string
  readonly label: string
  /** What tells it from others of the same label, such as its host and process id. */
  readonly labelMinor: string
}

/** One use of a control on one node, and what came of it. */
export interface Run {
  readonly id: number
  readonly node: ActedOn
  readonly control: OfferedControl
  readonly state: RunState
  /** What is said of it. */
  readonly words: string
}

/** A control that is to be used on a node. */
export interface Use {
  readonly node: ActedOn
  readonly control: OfferedControl
  /** What was filled in. */
  readonly args?: ControlArguments
}

/** What was begun from the map and the card, and how far it is. */
export interface Runs {
  /** All there is to tell, oldest first. What was done is forgotten after a moment, what failed when it is closed. */
  readonly all: () => readonly Run[]
  readonly of: (nodeId: string) => readonly Run[]
  /**
   * Uses a control. Does nothing while the same control is under way on the same node.
   *
   * @returns what came of it; undefined when nothing was done
   */
  begin(use: Use): Promise<Run | undefined>
  forget(id: number): void
}

/**
 * Uses a control on a node, and opens what it answers with.
 *
 * @param group logs of one group are shown together
 * @returns what came of it, in words
 * @throws {RequestError} when it failed
 */
export async function carryOut({ node, control, args }: Use, group?: string): Promise<string> {
  const answer = await useControl(control, args)
  if (answer.pipe !== undefined) {
    openSession({
      kind: control.opens ?? 'terminal',
      pipe: answer.pipe,
      tty: answer.raw_tty === true,
      nodeId: control.nodeId,
      label: node.label,
      probeId: control.probeId,
      control: control.id,
      ...(group === undefined ? {} : { group }),
    })
  }
  return doneWords(control.human, answer)
}

/** The state of what was begun from the map and the card. */
export function createRuns(): Runs {
  const [all, setAll] = createSignal<readonly Run[]>([])
  const timers = new Set<number>()
  let begun = 0
  onCleanup(() => {
    for (const timer of timers) window.clearTimeout(timer)
  })

  const forget = (id: number) => setAll((runs) => runs.filter((run) => run.id !== id))
  const forgetLater = (id: number) => {
    const timer = window.setTimeout(() => {
      timers.delete(timer)
      forget(id)
    }, settings.controls.doneMs)
    timers.add(timer)
  }
  const isSame = (run: Run, node: ActedOn, control: OfferedControl) =>
    run.node.id === node.id && run.control.id === control.id && run.control.nodeId === control.nodeId

  return {
    all,
    of: (nodeId) => all().filter(({ node }) => node.id === nodeId),
    forget,
    async begin(use) {
      const { node, control } = use
      if (all().some((run) => run.state === 'running' && isSame(run, node, control))) return undefined
      begun += 1
      const id = begun
      const run: Run = { id, node, control, state: 'running', words: `${control.human} is under way …` }
      // What was said of earlier attempts is replaced by what is said of this one.
      setAll((runs) => [...runs.filter((one) => one.state === 'running' || one.node.id !== node.id), run])
      const end = (state: RunState, words: string): Run => {
        const ended = { ...run, state, words }
        setAll((runs) => runs.map((one) => (one.id === id ? ended : one)))
        return ended
      }
      try {
        const ended = end('done', await carryOut(use))
        // The session that was opened tells enough.
        if (control.opens) forget(id)
        else forgetLater(id)
        return ended
      } catch (error) {
        return end('failed', failedWords(control.human, asRequestError(error)))
      }
    },
  }
}
