import type { OfferedControl } from '../../../src/api/control.ts'
import type { Who } from '../../../src/api/session.ts'

/** What pressing a control leads to, for whoever looks at the page. */
export type Leads =
  /** It is used, or a confirmation is asked for. */
  | 'use'
  /** To the form to sign in, since who may see may not yet act. */
  | 'sign-in'
  /** Nowhere: it is refused. */
  | 'nowhere'

/** What pressing a control leads to. @param who who asks, as the app knows them */
export function leadsTo(control: OfferedControl, who: Who | undefined): Leads {
  if (control.refused === undefined) return 'use'
  return control.refusedCode === 'sign_in' && who?.by !== 'session' ? 'sign-in' : 'nowhere'
}

/** What a control's button says when it is pointed at. */
export function offerTitle(control: OfferedControl, who: Who | undefined): string {
  switch (leadsTo(control, who)) {
    case 'use':
      return control.confirmation === undefined ? control.human : `${control.human} …`
    case 'sign-in':
      return `${control.human}: sign in first`
    case 'nowhere':
      return `${control.human}: ${control.refused}`
  }
}

/** Controls that are refused for one reason. */
export interface Refused {
  readonly reason: string
  /** What they are called, by rank. */
  readonly names: readonly string[]
}

/** Why controls are refused, each reason once. Those that only take signing in are not among them. */
export function refusals(controls: readonly OfferedControl[], who: Who | undefined): readonly Refused[] {
  const byReason = new Map<string, string[]>()
  for (const control of controls) {
    if (control.refused === undefined || leadsTo(control, who) !== 'nowhere') continue
    const names = byReason.get(control.refused)
    if (names) names.push(control.human)
    else byReason.set(control.refused, [control.human])
  }
  return [...byReason].map(([reason, names]) => ({ reason, names }))
}

/** Why controls are refused, in one sentence for each reason. @param all how many controls there are */
export function refusalWords({ reason, names }: Refused, all: number): string {
  const what = names.length === all ? '' : `${names.join(', ')}: `
  return `${what}${reason}`
}
