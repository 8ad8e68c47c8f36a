import type { OfferedControl } from '../../../src/api/control.ts'
import type { Who } from '../../../src/api/session.ts'
import type { ShownView } from '../../data/controls.ts'
import { leadsTo } from '../../domain/control/offer.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { type Batch, createBatch } from './batch.ts'
import { type Confirmation, createConfirmation } from './confirmation.ts'
import { createFilling, type Filling } from './filling.ts'
import { createNodeMenu, type NodeMenu } from './node-menu.ts'
import { type ActedOn, createRuns, type Runs, type Use } from './runs.ts'

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
  readonly filling: Filling
  readonly menu: NodeMenu
  readonly batch: Batch
  /** A control's button was pressed: uses it, asks first, or leads to the form to sign in, as the control is offered. */
  press(node: ActedOn, control: OfferedControl): void
  /** The same with arguments: they are filled in first. */
  pressWithArguments(node: ActedOn, control: OfferedControl): void
  /** What was filled in is to be used. */
  submit(): void
  /** What waits to be confirmed is agreed to. */
  agree(): void
  signIn(): void
  /** Opens the menu of a node, at a place of the window. Does nothing without a node. */
  openMenu(node: ActedOn | undefined, at: Point): void
  /** Acts on all that a query selects. */
  openBatch(query: string): void
  /** The same on nodes that were marked, by id. */
  openBatchOf(ids: readonly string[]): void
}

/** The state of all that acts. */
export function createActing({ who, view, signIn }: ActingSources): Acting {
  const runs = createRuns()
  const confirmation = createConfirmation()
  const filling = createFilling(runs)
  /** What came of it is told by the dialog in which it was filled in. */
  const begin = (use: Use) => void (filling.now() ? filling.run(use) : runs.begin(use))
  const beginOrAsk = (use: Use) => {
    const shown = view()
    if (use.control.confirmation === undefined) begin(use)
    else if (shown !== undefined) void confirmation.ask(shown, use)
  }
  /** Whether whoever presses it may use it; else they are led to the form to sign in, if that helps. */
  const may = (control: OfferedControl) => {
    const leads = leadsTo(control, who())
    if (leads === 'sign-in') signIn()
    return leads === 'use'
  }
  const menu = createNodeMenu()
  const batch = createBatch()
  return {
    who,
    runs,
    confirmation,
    filling,
    menu,
    batch,
    press(node, control) {
      if (may(control)) beginOrAsk({ node, control })
    },
    pressWithArguments(node, control) {
      if (may(control)) filling.open(node, control)
    },
    submit() {
      const use = filling.use()
      if (use) beginOrAsk(use)
    },
    agree() {
      const agreed = confirmation.agree()
      if (agreed) begin(agreed)
    },
    signIn,
    openMenu(node, at) {
      const shown = view()
      if (!shown || !node) return
      const { id, label, labelMinor } = node
      void menu.open(shown, { id, label, labelMinor }, at)
    },
    openBatch(query) {
      const shown = view()
      if (shown) void batch.open(shown, query)
    },
    openBatchOf(ids) {
      const shown = view()
      if (shown) void batch.openMarked(shown, ids)
    },
  }
}
