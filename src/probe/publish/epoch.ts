import { randomBytes } from 'node:crypto'

/** As what a probe is known to one app: its epoch, and the numbers of its proofs without a body. */
export interface Epoch {
  /** 16 hex digits. */
  readonly id: string
  /** Another, larger number for each proof about an empty body, from 1. */
  nextNumber(): number
  /** Begins another epoch. */
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
