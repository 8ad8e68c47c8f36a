import type { OfferedControl } from '../../../src/api/control.ts'
import type { Who } from '../../../src/api/session.ts'
import type { ShownView } from '../../data/controls.ts'
import { leadsTo } from '../../domain/control/offer.ts'
import { type Batch, createBatch } from './batch.ts'
import { type Confirmation, createConfirmation } from './confirmation.ts'
import { createNodeMenu, type NodeMenu } from './node-menu.ts'
import { type ActedOn, createRuns, type Runs } from './runs.ts'

/** What {@link createActing} depends on. */
export interface ActingSources {
  readonly who: () => Who | undefined
  /** The view that is shown; undefined before the first. */
  readonly view: () => ShownView | undefined
  /** Opens the form to sign in. */
  readonly signIn: () => void
}

/** Acting on what the map shows: one node from its card or its menu, or several. */
export interface Acting {
  readonly who: () => Who | undefined
  readonly runs: Runs
  readonly confirmation: Confirmation
  readonly menu: NodeMenu
  readonly batch: Batch
  /** A control's button was pressed: uses it, asks first, or leads to the form to sign in, as the control is offered. */
  press(node: ActedOn, control: OfferedControl): void
  /** What waits to be confirmed is agreed to. */
  agree(): void
  signIn(): void
}

/** The state of all that acts. */
export function createActing({ who, view, signIn }: ActingSources): Acting {
  const runs = createRuns()
  const confirmation = createConfirmation()
  return {
    who,
    runs,
    confirmation,
    menu: createNodeMenu(),
    batch: createBatch(),
    press(node, control) {
      const leads = leadsTo(control, who())
      const shown = view()
      if (leads === 'sign-in') return signIn()
      if (leads === 'nowhere') return
      if (control.confirmation === undefined) void runs.begin(node, control)
      else if (shown !== undefined) void confirmation.ask(shown, node, control)
    },
    agree() {
      const agreed = confirmation.agree()
      if (agreed) void runs.begin(agreed.node, agreed.control)
    },
    signIn,
  }
}
