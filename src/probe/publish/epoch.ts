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

const randomEpoch = (): string => randomBytes(8).toString('hex')

export const createEpoch = (makeId: () => string = randomEpoch): Epoch => {
  let id = makeId()
  let number = 0
  return {
    get id() {
      return id
    },
    nextNumber: () => ++number,
    renew() {
      id = makeId()
    },
  }
}
