import { setTimeout as sleep } from 'node:timers/promises'
import { type AskedControl, type FoundOffer, findOffer } from '../../topology/controls/find-offer.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import { answerOfMissing, answerOfNotOffered } from './control-errors.ts'

/** What {@link offerNow} needs. */
export interface OfferNowOptions {
  /** The latest report of each probe. */
  readonly held: () => readonly HeldReport[]
  /** @throws {ApiError} when whoever asks may not use the control on the node as it is reported */
  readonly check: (offer: FoundOffer) => void
  /** Aborted when whoever asks has given up. */
  readonly signal: AbortSignal
  readonly limits?: ControlLimits
}

/** Limits of using controls. */
export interface ControlLimits {
  /** So long may what was just done to a node take to be in the report of its probe; 2 s by default. */
  readonly offeredWithinMs?: number
}

const OFFERED_WITHIN_MS = 2000
const PAUSE_MS = 50

/**
 * Finds the control that somebody asks for, and waits a moment until the node offers it: whoever pauses a container and unpauses it
 * at once asks for the second before the next report has arrived.
 *
 * @throws {ApiError} when there is no such control, whoever asks may not use it, or the node does not offer it
 */
export const offerNow = async (
  asked: AskedControl,
  { held, check, signal, limits }: OfferNowOptions,
): Promise<FoundOffer> => {
  const giveUpAtMs = performance.now() + (limits?.offeredWithinMs ?? OFFERED_WITHIN_MS)
  for (;;) {
    const offer = findOffer(held(), asked)
    if (typeof offer === 'string') throw answerOfMissing(offer, asked)
    check(offer)
    if (offer.isOffered) return offer
    if (performance.now() >= giveUpAtMs || signal.aborted) throw answerOfNotOffered(offer)
    await sleep(PAUSE_MS)
  }
}
