import { CREDIT_BYTES } from '../stream.ts'

/**
 * What a frame takes of the credit beside its bytes: about what it takes in memory beside them. So many tiny frames do not need
 * more memory than the credit allows.
 */
export const FRAME_COST_BYTES = 128

/** What a frame with that many bytes takes of the credit. */
export const costOf = (bytes: number): number => bytes + FRAME_COST_BYTES

/** Credit is given back in portions of at least this much, so that it takes few frames. */
export const CREDIT_PORTION_BYTES = CREDIT_BYTES / 4
