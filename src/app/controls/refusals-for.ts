import type { RefusedOffer, RefuseOffer } from '../../topology/controls/controllables.ts'
import type { Offer } from '../../topology/controls/offers.ts'
import type { AccessRules } from '../access/rules.ts'
import type { Subject } from '../access/subject.ts'
import type { ProbeChannels } from '../channel/probe-channels.ts'
import { refuseUse } from './refuse-use.ts'

/** Makes, for somebody, what decides which of the controls that nodes offer they cannot use. */
export type RefusalsFor = (subject: Subject) => RefuseOffer

/** See {@link RefusalsFor}: what nobody may, what this subject may not, and what the probe would not be told. */
export const refusalsFor =
  (rules: Pick<AccessRules, 'readOnly' | 'controls'>, channels: Pick<ProbeChannels, 'has'>): RefusalsFor =>
  (subject) =>
  (offer) =>
    refuseUse(subject, rules, offer) ?? (channels.has(offer) ? undefined : noChannelOf(offer))

const noChannelOf = ({ hostname }: Offer): RefusedOffer => ({
  code: 'no_channel',
  message: `the probe on ${hostname} takes no orders from this app at the moment, for want of a channel; it opens one when it trusts the app`,
})
