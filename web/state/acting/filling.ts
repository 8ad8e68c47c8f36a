import { createSignal } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import {
  type ArgumentValues,
  argumentsOf,
  missingArgument,
  usualValues,
} from '../../domain/control/arguments.ts'
import type { ActedOn, Runs, Use } from './runs.ts'

/** A control whose arguments are filled in. */
export interface Filled {
  readonly node: ActedOn
  readonly control: OfferedControl
  readonly values: ArgumentValues
  /** It is being used with them. */
  readonly isUnderWay: boolean
  /** Why it failed with what was filled in. */
  readonly failure: string | undefined
}

/** The dialog with the arguments of a control. It remembers nothing from one time to the next. */
export interface Filling {
  readonly now: () => Filled | undefined
  open(node: ActedOn, control: OfferedControl): void
  fill(name: string, value: string): void
  /** What is to be used; undefined while something is missing or it is under way already. */
  use(): Use | undefined
  /** Uses it. When that fails, the dialog stays open and tells why, unless it was closed meanwhile. */
  run(use: Use): Promise<void>
  close(): void
}

/** The state of the dialog with the arguments of a control. */
export function createFilling(runs: Pick<Runs, 'begin' | 'forget'>): Filling {
  const [now, setNow] = createSignal<Filled>()
  let opened = 0
  const change = (more: Partial<Filled>) => setNow((held) => held && { ...held, ...more })
  const close = () => {
    opened += 1
    setNow(undefined)
  }
  return {
    now,
    open(node, control) {
      opened += 1
      const values = usualValues(control.arguments ?? [])
      setNow({ node, control, values, isUnderWay: false, failure: undefined })
    },
    fill(name, value) {
      const values = now()?.values
      if (values) change({ values: { ...values, [name]: value } })
    },
    use() {
      const filled = now()
      if (!filled || filled.isUnderWay) return undefined
      const { node, control, values } = filled
      const described = control.arguments ?? []
      if (missingArgument(described, values)) return undefined
      return { node, control, args: argumentsOf(described, values) }
    },
    async run(use) {
      const mine = opened
      change({ isUnderWay: true, failure: undefined })
      const run = await runs.begin(use)
      // Closed meanwhile: what came of it is told where it is told of all controls.
      if (mine !== opened) return
      if (run?.state === 'done') return close()
      if (run) runs.forget(run.id)
      change({ isUnderWay: false, failure: run?.words ?? `${use.control.human} is under way already.` })
    },
    close,
  }
}
