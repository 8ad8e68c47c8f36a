import { randomBytes } from 'node:crypto'

/** Identifies one run of a probe towards one app, and numbers its proofs that have no body. */
export interface Epoch {
  /** 16 hex digits. */
  readonly id: string
  /** Returns an increasing number for each proof of an empty body, starting at 1. */
  nextNumber(): number
  /** Starts a new epoch with another id. */
  renew(): void
}

/** The epochs of one run of a probe, one for each app. */
export interface Epochs {
  /** The id of each of them until it is renewed: so apps in step get the same bytes. */
  readonly first: string
  /** Numbers are taken from one sequence for all, so no two apps get a proof with the same number. */
  next(): Epoch
}

const randomEpoch = (): string => randomBytes(8).toString('hex')

export const createEpochs = (makeId: () => string = randomEpoch): Epochs => {
  const first = makeId()
  let number = 0
  return {
    first,
    next() {
      let id = first
      return {
        get id() {
          return id
        },
        nextNumber: () => ++number,
        renew() {
          id = makeId()
        },
      }
    },
  }
}

/** The epoch of a probe that has a single app. */
export const createEpoch = (makeId?: () => string): Epoch => createEpochs(makeId).next()
