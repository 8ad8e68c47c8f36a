import { type End, type Flow, type Half, type RecordRef, wantedOf } from '../flow.ts'
import { type Numbers, sameNumbers } from '../numbers.ts'

/**
 * Makes the flows of halves that were told again, one after the other. Those that are where they were, between the same ends and of
 * the same records, are those that there were before, with other numbers where these moved: so nobody has to look again at what
 * else they are.
 */
export class ToldFlows {
  readonly #earlier: readonly Flow[]
  #count = 0
  /** Undefined as long as those that were made are those before. */
  #made: Flow[] | undefined
  #hasMoved = false

  /** @param earlier those made of these halves before, as far as that is known */
  constructor(earlier: readonly Flow[]) {
    this.#earlier = earlier
  }

  /** How many were made. */
  get count(): number {
    return this.#count
  }

  /** The numbers of the one before that is in the place of the next. */
  get numbersBefore(): Numbers | undefined {
    return this.#earlier[this.#count]?.numbers
  }

  /** All that were made. The list of those before, where they are the same. */
  get all(): readonly Flow[] {
    if (this.#made) return this.#made
    return this.#count === this.#earlier.length ? this.#earlier : this.#earlier.slice(0, this.#count)
  }

  /** Whether one of those before has other numbers now. */
  get hasMoved(): boolean {
    return this.#hasMoved
  }

  /** Adds connections between two halves, of both of their records. */
  add(client: Half, server: Half, numbers: Numbers): void {
    const before = this.#earlier[this.#count]
    if (
      before !== undefined &&
      before.port === server.port &&
      isSameRef(before.client, client.process) &&
      isSameRef(before.server, server.process) &&
      isSameRef(before.records[0], client.record) &&
      isSameRef(before.records[1], server.record) &&
      isWanted(before, client, numbers)
    ) {
      this.#keep(before, numbers)
      return
    }
    this.#made ??= this.#earlier.slice(0, this.#count)
    this.#count++
    const flow: Flow = {
      client: client.process,
      server: server.process,
      port: server.port,
      records: [client.record, server.record],
      numbers,
    }
    this.#made.push(numbers.failed > 0 ? { ...flow, ...wantedOf(client, numbers) } : flow)
  }

  #keep(before: Flow, numbers: Numbers): void {
    this.#made?.push(before)
    this.#count++
    if (sameNumbers(before.numbers, numbers)) return
    before.numbers = numbers
    this.#hasMoved = true
  }
}

const isSameRef = (a: End | RecordRef | undefined, b: RecordRef): boolean =>
  a === b || (a !== undefined && 'id' in a && a.id === b.id && a.at === b.at)

const isWanted = ({ wanted }: Flow, client: Half, numbers: Numbers): boolean => {
  // The usual case: nothing failed.
  if (wanted === undefined && numbers.failed === 0) return true
  const now = wantedOf(client, numbers).wanted
  return wanted?.address === now?.address && wanted?.port === now?.port
}
