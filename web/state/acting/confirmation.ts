import { createSignal } from 'solid-js'
import type { OfferedControl } from '../../../src/api/control.ts'
import { fetchControls, type ShownView } from '../../data/controls.ts'
import { endOfSentence } from '../../domain/account/sign-in-words.ts'
import { stillFits } from '../../domain/control/batch.ts'
import { impactWords } from '../../domain/control/impact.ts'
import { asRequestError } from '../app-info.ts'
import type { ActedOn, Use } from './runs.ts'

/** What the app says now of a control that is to be confirmed. */
export type Look =
  | { readonly kind: 'asking' }
  /** The control can be used, and this is who is connected. */
  | { readonly kind: 'ready'; readonly control: OfferedControl; readonly impact: string }
  /** It can no longer be used, and why. */
  | { readonly kind: 'not'; readonly why: string }

/** A control that waits to be confirmed. */
export interface Asked extends Use {
  readonly look: Look
}

/** The confirmation of a control that ends or interrupts something. */
export interface Confirmation {
  readonly asked: () => Asked | undefined
  /** Asks the person, and the app for what the control would hit just now. */
  ask(view: ShownView, use: Use): Promise<void>
  /** The person has agreed. @returns what to use; undefined when there is nothing to agree to */
  agree(): Use | undefined
  cancel(): void
}

/** The state of a confirmation, of one control at a time. */
export function createConfirmation(): Confirmation {
  const [asked, setAsked] = createSignal<Asked>()
  let aborter: AbortController | undefined
  const close = () => {
    aborter?.abort()
    setAsked(undefined)
  }
  return {
    asked,
    async ask(view, use) {
      aborter?.abort()
      aborter = new AbortController()
      const { signal } = aborter
      setAsked({ ...use, look: { kind: 'asking' } })
      const look = await lookAt(view, use.node, use.control, signal)
      if (!signal.aborted) setAsked({ ...use, look })
    },
    agree() {
      const now = asked()
      if (now?.look.kind !== 'ready') return undefined
      close()
      const { look, ...use } = now
      return { ...use, control: look.control }
    },
    cancel: close,
  }
}

async function lookAt(
  view: ShownView,
  node: ActedOn,
  control: OfferedControl,
  signal: AbortSignal,
): Promise<Look> {
  try {
    const fit = stillFits(await fetchControls(view, node.id, signal), control)
    return fit.kind === 'may'
      ? { kind: 'ready', control: fit.control, impact: impactWords(fit.clients) }
      : { kind: 'not', why: `${control.human} is not possible: ${endOfSentence(fit.why)}` }
  } catch (error) {
    // Whoever has something to end must be able to, even when nobody can say who is connected.
    const { message } = asRequestError(error)
    return { kind: 'ready', control, impact: `Who is connected now could not be found out: ${message}` }
  }
}
