import type { Offer } from '../../topology/controls/offers.ts'
import { factsForRights } from '../../topology/controls/rights.ts'
import { authorise } from '../access/authorise.ts'
import type { Refusal } from '../access/refusal.ts'
import type { AccessRules } from '../access/rules.ts'
import type { Subject } from '../access/subject.ts'

/** Decides whether somebody may use a control on a node. @returns undefined when they may */
export const refuseUse = (
  subject: Subject,
  rules: Pick<AccessRules, 'readOnly' | 'controls'>,
  { control, node }: Pick<Offer, 'control' | 'node'>,
): Refusal | undefined => authorise(subject, `control:${control.kind}`, rules, factsForRights(control, node))
