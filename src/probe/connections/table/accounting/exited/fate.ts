/** What becomes of tallies of exited processes that are alike. */
export type Fate =
  /** They stay as they are for now. */
  | 'stay'
  /** Those that are ready become one with all others alike. */
  | 'fold'
  /** The only one is told no longer, and is remembered in case another follows. */
  | 'retire'

/** What {@link fateOf} has to know of a tally. */
export interface Ended {
  readonly lastMs: number
  /** Before this time it must not be folded, since readers may compare with reports that do not have it. */
  readonly readyMs: number
}

/** When tallies of exited processes are folded and when they go. */
export interface FateOptions {
  /** How long one stays by itself after its last event, ms. Rule 1 of the model. */
  readonly keepEndedMs: number
  /** More than so many that are alike fold at once. Rule 10 of the model. */
  readonly exitedApart: number
}

export const isReady = ({ readyMs }: Ended, nowMs: number): boolean => readyMs <= nowMs

/**
 * Decides about the tallies without open connections of exited processes that are alike, and are not folded.
 *
 * @param isFolding others like them have been folded before
 */
export const fateOf = (
  alike: readonly Ended[],
  isFolding: boolean,
  { keepEndedMs, exitedApart }: FateOptions,
  nowMs: number,
): Fate => {
  const ready = alike.filter((one) => isReady(one, nowMs))
  if (ready.length > exitedApart || (isFolding && ready.length > 0)) return 'fold'
  const isDue = ready.some(({ lastMs }) => lastMs + keepEndedMs <= nowMs)
  if (!isDue) return 'stay'
  if (alike.length === 1) return 'retire'
  return ready.length > 1 ? 'fold' : 'stay'
}
